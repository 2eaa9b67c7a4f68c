package io.icestream.ingest.cli.run;

import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.repository.Repository;
import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ConfigInput;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.cli.RepositoryInput;
import io.icestream.ingest.cli.RepositorySummary;
import io.icestream.ingest.cli.Verb;
import io.icestream.ingest.protocol.Ledger;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code icestream status}. */
@Command(
        name = "status",
        mixinStandardHelpOptions = true,
        description = {
            "Show how an ingest or a repository stands; set whether a repository accepts changes.",
            "",
            "Of an ingest: watermark, open windows, lag, last commit, counts, read from the repository and the brokers, whether the ingest"
                    + " runs or not. While a repository is read-only, no client that looks at that changes it, an ingest included."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream status -f weather.yaml              of an ingest",
            "  icestream status ./repository --json          of a repository",
            "  icestream status ./repository --read-only --reason 'moving to another bucket'",
            "  icestream status ./repository --online"
        })
public final class Status implements Verb {

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "REPOSITORY",
            description = "A repository: its path, a file: URL, or s3://BUCKET/PREFIX.")
    private @Nullable String repository;

    @Option(
            names = {"-f", "--config"},
            paramLabel = "FILE",
            description = "An ingest: its configuration.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the configuration of the ingest; repeatable.")
    private List<String> overrides = List.of();

    @ArgGroup
    private @Nullable Availability availability;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for people; with --read-only.")
    private @Nullable String reason;

    /** At most one of these. */
    static final class Availability {
        @Option(names = "--read-only", description = "Let the repository accept no changes any more.")
        private boolean readOnly;

        @Option(names = "--online", description = "Let the repository accept changes again.")
        private boolean online;
    }

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.INGEST;
    }

    @Override
    public Integer call() throws Exception {
        if (file != null && repository == null && availability == null && reason == null) {
            return ofIngest(file);
        }
        if (repository == null || file != null || !overrides.isEmpty()) {
            throw new CliException(ExitCode.USAGE, "Either an ingest, by -f FILE, or a repository is needed");
        }
        boolean readOnly = availability != null && availability.readOnly;
        if (reason != null && !readOnly) {
            throw new CliException(ExitCode.USAGE, "--reason needs --read-only");
        }
        return RepositoryInput.read(repository, this::ofRepository);
    }

    private int ofRepository(Repository open) {
        if (availability != null) {
            open.settings()
                    .setStatus(
                            availability.online
                                    ? RepositoryStatus.Availability.ONLINE
                                    : RepositoryStatus.Availability.READ_ONLY,
                            Optional.ofNullable(reason));
        }
        RepositorySummary summary = RepositorySummary.of(open);
        if (output.json()) {
            output.json(summary);
        } else {
            field("repository", summary.location());
            field("status", summary.statusText());
            field("format", "Icechunk, spec version " + summary.specVersion());
            field("branches", Integer.toString(summary.branches()));
            field("tags", Integer.toString(summary.tags()));
            field("snapshots", Integer.toString(summary.snapshots()));
        }
        return ExitCode.OK;
    }

    private int ofIngest(Path configuration) {
        IngestStatus status = IngestStatus.read(ConfigInput.load(configuration, overrides));
        if (output.json()) {
            output.json(status);
        } else {
            print(status);
        }
        return ExitCode.OK;
    }

    private void print(IngestStatus status) {
        field("ingest", status.id() + ", branch " + status.branch() + " of " + status.repository());
        status.repositoryStatus().ifPresent(summary -> field("repository", summary.statusText()));
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
