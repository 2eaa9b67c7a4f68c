package io.icestream.ingest.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.StorageException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

class ErrorReportTest {

    @Test
    void showsTheMessageOfAKnownFailureAsItIs() {
        ErrorReport report =
                ErrorReport.of(new CliException(ExitCode.INVALID, "Cannot read x.csv: line 3 has 2 columns"));
        assertThat(report).isEqualTo(new ErrorReport("Cannot read x.csv: line 3 has 2 columns", ExitCode.INVALID));
    }

    @Test
    void tellsWhatCanPassFromWhatCannot() {
        StorageException passing = new StorageException("Cannot reach the store", StorageException.Retry.CAN_HELP);
        StorageException lasting = new StorageException("Disk is full", StorageException.Retry.CANNOT_HELP);
        assertThat(ErrorReport.of(passing).exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(ErrorReport.of(lasting).exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(ErrorReport.of(new ExecutionException(new TimeoutException("Timed out"))))
                .isEqualTo(new ErrorReport("Kafka: Timed out", ExitCode.UNREACHABLE));
    }

    @Test
    void namesMissingFilesAndUnexpectedFailures() {
        assertThat(ErrorReport.of(new NoSuchFileException("a.csv")).message()).isEqualTo("No such file: a.csv");
        assertThat(ErrorReport.of(new IllegalStateException("boom")).message())
                .isEqualTo("Unexpected IllegalStateException: boom (--debug shows where)");
    }
}
