package io.icestream.ingest.cli;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.StorageException;
import io.icestream.ingest.config.ConfigException;
import io.icestream.ingest.decode.RegistryUnavailableException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RetriableException;

/**
 * What the user is told when a verb fails: one message and an exit code.
 *
 * @param message what could not be done, why, and the way out
 * @param exitCode one of {@link ExitCode}
 */
public record ErrorReport(String message, int exitCode) {

    /**
     * Explains a failure.
     *
     * @param failure what was thrown
     * @return what to tell the user
     */
    public static ErrorReport of(Throwable failure) {
        Throwable cause = unwrapped(failure);
        if (cause instanceof CliException known) {
            return new ErrorReport(text(known), known.exitCode());
        }
        if (cause instanceof ConfigException) {
            return new ErrorReport(text(cause), ExitCode.INVALID);
        }
        if (cause instanceof RegistryUnavailableException) {
            return new ErrorReport(text(cause), ExitCode.UNREACHABLE);
        }
        if (cause instanceof IcestreamException || cause instanceof IllegalArgumentException) {
            return new ErrorReport(text(cause), exitCode(cause));
        }
        if (cause instanceof KafkaException) {
            return new ErrorReport("Kafka: " + text(cause), exitCode(cause));
        }
        if (cause instanceof IOException io) {
            return new ErrorReport(fileMessage(io), ExitCode.FAILED);
        }
        String name = cause.getClass().getSimpleName();
        return new ErrorReport("Unexpected " + name + ": " + text(cause) + " (--debug shows where)", ExitCode.FAILED);
    }

    private static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof ExecutionException
                        || cause instanceof CompletionException
                        || cause instanceof UncheckedIOException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static int exitCode(Throwable cause) {
        if (cause instanceof ObjectNotFoundException || cause instanceof NotFoundException) {
            return ExitCode.NOT_FOUND;
        }
        boolean canPass = cause instanceof RetriableException
                || (cause instanceof StorageException storage && storage.retry() == StorageException.Retry.CAN_HELP);
        return canPass ? ExitCode.UNREACHABLE : ExitCode.FAILED;
    }

    private static String fileMessage(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "No such file: " + text(failure);
        }
        if (failure instanceof AccessDeniedException) {
            return "Access denied: " + text(failure);
        }
        return text(failure);
    }

    private static String text(Throwable failure) {
        String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
