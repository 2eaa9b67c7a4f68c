package io.icestream.ingest.cli.run;

import io.icestream.ingest.cli.ConfigInput;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.protocol.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Show how an ingest stands: watermark, open windows, lag, last commit, counts.",
            "",
            "Reads the repository and the brokers; works whether the ingest runs or not."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  icestream status -f weather.yaml", "  icestream status -f weather.yaml --json"})
public final class Status implements Verb {

    @Mixin
    private final ConfigInput input = new ConfigInput();

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() {
        IngestStatus status = IngestStatus.read(input.load());
        if (output.json()) {
            output.json(status);
        } else {
            print(status);
        }
        return ExitCode.OK;
    }

    private void print(IngestStatus status) {
        field("ingest", status.id() + ", branch " + status.branch() + " of " + status.repository());
        if (status.ledger().isEmpty()) {
            field("last commit", "none; the ingest has not run yet");
        }
        status.ledger().ifPresent(ledger -> printLedger(ledger, status));
        field("watermark", status.watermark().map(Instant::toString).orElse("unknown"));
        field("open windows", Long.toString(status.openWindows()));
        field("lag", "%,d records".formatted(status.lag()));
        output.line("");
        output.table(
                List.of("PARTITION", "END", "READ", "PUBLISHED", "LAG", "WATERMARK"),
                status.partitions().stream()
                        .map(partition -> List.of(
                                partition.partition(),
                                "%,d".formatted(partition.end()),
                                partition.read().map("%,d"::formatted).orElse("-"),
                                "%,d".formatted(partition.published()),
                                "%,d".formatted(partition.lag()),
                                partition.watermark().map(Instant::toString).orElse("-")
                                        + (partition.idle() ? " (idle)" : "")))
                        .toList());
    }

    private void printLedger(Ledger ledger, IngestStatus status) {
        field("last commit", ledger.id() + ", publish " + ledger.sequence() + age(status.committed()));
        field("published to", status.publishedTo().map(Instant::toString).orElse("-"));
        field(
                "last day",
                ledger.lastDay().map(day -> day.day() + " on " + day.snapshot()).orElse("none yet"));
        field(
                "records",
                "%,d accepted, %,d superseded, %,d late, %,d bad, %,d offsets without a record"
                        .formatted(
                                Ledger.total(ledger.accepted()),
                                ledger.superseded(),
                                Ledger.total(ledger.dead()),
                                ledger.bad().sum(),
                                ledger.skipped().sum()));
    }

    private static String age(Optional<Instant> committed) {
        return committed
                .map(time -> ", " + text(Duration.between(time, Instant.now())) + " ago")
                .orElse("");
    }

    private static String text(Duration age) {
        if (age.toMinutes() < 2) {
            return Math.max(0, age.toSeconds()) + " s";
        }
        return age.toHours() < 2 ? age.toMinutes() + " min" : age.toHours() + " h";
    }

    private void field(String name, String value) {
        output.line("%-14s%s".formatted(name, value));
    }
}
