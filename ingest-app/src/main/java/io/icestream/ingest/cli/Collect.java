package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.CollectionReport;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.repository.Repository;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
public final class Collect extends CareVerb {

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

    @Mixin
    private final TimeBudget time = new TimeBudget();

    @Mixin
    private final DryRun dryRun = new DryRun();

    @Override
    int run(Repository open) {
        CollectRequest request = CollectRequest.olderThan(olderThan)
                .withBackupsOlderThan(keepBackups ? Optional.empty() : Optional.of(olderThan))
                .withMode(dryRun.mode());
        CollectionReport report = watched(progress ->
                new GarbageCollector(open).run(time.within(request, CollectRequest::withTimeBudget), progress));
        print(report, this::describe);
        return report.failed() == 0 ? ExitCode.OK : ExitCode.FAILED;
    }

    private void describe(CollectionReport report) {
        List<List<String>> rows = new ArrayList<>();
        report.deleted().forEach((kind, tally) -> rows.add(row(kind.title(), tally)));
        rows.add(row("unfinished files", report.temporaries()));
        rows.add(row("together", report.total()));
        output().table(List.of(dryRun.did("WOULD BE DELETED", "DELETED"), "OBJECTS", "BYTES"), rows);
        report.failures().forEach(failure -> output().note("not deleted: " + failure));
        if (report.failed() > 0) {
            output().note(report.failed() + " objects could not be deleted, so " + report.skipped()
                    + " were left alone; run again");
        }
        time.noteUnless(report.finished(), output());
    }
}
