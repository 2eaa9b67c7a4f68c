package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.CollectionReport;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.maintenance.RunMode;
import io.icestream.engine.maintenance.Tally;
import io.icestream.engine.repository.Repository;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream gc}. */
@Command(
        name = "gc",
        mixinStandardHelpOptions = true,
        description = "Delete objects that no branch or tag reaches and that are old enough.",
        footerHeading =
                "%nThe age protects what sessions have written and not yet committed: it must be longer than the longest%n"
                        + "session, and than a chunk may wait for its commit. Days are usual.%n%nExamples:%n",
        footer = {
            "  icestream gc ./repository --older-than 7d --dry-run",
            "  icestream gc ./repository --older-than 7d --time-budget 30m",
            "  icestream gc ./repository --older-than 7d --keep-backups --json"
        })
public final class Collect implements Verb {

    @Mixin
    private final RepositoryInput repository = new RepositoryInput();

    @Option(
            names = "--older-than",
            required = true,
            paramLabel = "DURATION|INSTANT",
            converter = PointInTime.class,
            description = "Only objects that were stored before this are deleted.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Instant olderThan;

    @Option(
            names = "--keep-backups",
            description =
                    "Keep all former versions of the repository object, and with them the whole log of operations.")
    private boolean keepBackups;

    @Option(
            names = "--time-budget",
            paramLabel = "DURATION",
            converter = DurationInput.class,
            description = "Stop after this time; running again goes on.")
    private @Nullable Duration timeBudget;

    @Option(names = "--dry-run", description = "Say what would be deleted, and change nothing.")
    private boolean dryRun;

    @Mixin
    private final Output output = new Output();

    @Override
    public Section section() {
        return Section.CARE;
    }

    @Override
    public Integer call() throws Exception {
        return repository.read(this::run);
    }

    private int run(Repository open) {
        CollectRequest request = CollectRequest.olderThan(olderThan)
                .withBackupsOlderThan(keepBackups ? Optional.empty() : Optional.of(olderThan))
                .withMode(dryRun ? RunMode.DRY_RUN : RunMode.CHANGE);
        CollectionReport report;
        try (WorkProgress progress = new WorkProgress(output)) {
            report = new GarbageCollector(open)
                    .run(timeBudget == null ? request : request.withTimeBudget(timeBudget), progress);
        }
        if (output.json()) {
            output.json(report);
        } else {
            print(report);
        }
        return report.failed() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void print(CollectionReport report) {
        List<List<String>> rows = new ArrayList<>();
        report.deleted().forEach((kind, tally) -> rows.add(row(kind.title(), tally)));
        rows.add(row("unfinished files", report.temporaries()));
        rows.add(row("together", report.total()));
        output.table(List.of(dryRun ? "WOULD BE DELETED" : "DELETED", "OBJECTS", "BYTES"), rows);
        report.failures().forEach(failure -> output.note("not deleted: " + failure));
        if (report.failed() > 0) {
            output.note(report.failed() + " objects could not be deleted, so " + report.skipped()
                    + " were left alone; run again");
        }
        if (!report.finished()) {
            output.note("The time was over before the end; run again to go on");
        }
    }

    private static List<String> row(String name, Tally tally) {
        return List.of(name, Long.toString(tally.objects()), Long.toString(tally.bytes()));
    }
}
