package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpirationReport;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.repository.Repository;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream expire}. */
@Command(
        name = "expire",
        mixinStandardHelpOptions = true,
        description = "Take old snapshots out of the histories; 'gc' then frees the space.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream expire ./repository --older-than 30d --dry-run",
            "  icestream expire ./repository --older-than 30d",
            "  icestream expire ./repository --older-than 2026-11-01T00:00:00Z --delete-tags --json"
        })
public final class Expire extends CareVerb {

    @Option(
            names = "--older-than",
            required = true,
            paramLabel = "DURATION|INSTANT",
            converter = PointInTime.class,
            description = "Snapshots written before this expire; tips of branches and tags stay.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private Instant olderThan;

    @Option(names = "--delete-branches", description = "Delete branches, other than main, whose tip is that old.")
    private boolean deleteBranches;

    @Option(
            names = "--delete-tags",
            description = "Delete tags whose snapshot is that old; their names can never be used again.")
    private boolean deleteTags;

    @Option(
            names = "--through-tags",
            description =
                    "Let histories go on through old snapshots that stay, instead of going to the first one at once;"
                            + " keeps the repository object small where there are many tags.")
    private boolean throughTags;

    @Mixin
    private final DryRun dryRun = new DryRun();

    @Override
    int run(Repository open) {
        ExpirationReport report = new Expiration(open)
                .run(ExpireRequest.olderThan(olderThan)
                        .withBranches(refs(deleteBranches))
                        .withTags(refs(deleteTags))
                        .withAdoption(throughTags ? Adoption.BY_NEAREST_KEPT : Adoption.BY_FIRST_SNAPSHOT)
                        .withMode(dryRun.mode()));
        print(report, this::describe);
        return ExitCode.OK;
    }

    private static ExpiredRefs refs(boolean delete) {
        return delete ? ExpiredRefs.DELETE : ExpiredRefs.KEEP;
    }

    private void describe(ExpirationReport report) {
        String did = dryRun.did("would expire", "expired");
        output().line(did + " " + report.released().size() + " snapshots older than " + olderThan + ", " + report.kept()
                + " stay");
        report.branches().forEach((name, id) -> output().line(did + " branch " + name + " at " + id));
        report.tags().forEach((name, id) -> output().line(did + " tag " + name + " at " + id));
    }
}
