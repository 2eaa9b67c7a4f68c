package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpirationReport;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.maintenance.RunMode;
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
public final class Expire implements Verb {

    @Mixin
    private final RepositoryInput repository = new RepositoryInput();

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

    @Option(names = "--dry-run", description = "Say what would expire, and change nothing.")
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
        ExpirationReport report = new Expiration(open)
                .run(ExpireRequest.olderThan(olderThan)
                        .withBranches(deleteBranches ? ExpiredRefs.DELETE : ExpiredRefs.KEEP)
                        .withTags(deleteTags ? ExpiredRefs.DELETE : ExpiredRefs.KEEP)
                        .withAdoption(throughTags ? Adoption.BY_NEAREST_KEPT : Adoption.BY_FIRST_SNAPSHOT)
                        .withMode(dryRun ? RunMode.DRY_RUN : RunMode.CHANGE));
        if (output.json()) {
            output.json(report);
            return ExitCode.OK;
        }
        String did = dryRun ? "would expire" : "expired";
        output.line(did + " " + report.released().size() + " snapshots older than " + olderThan + ", " + report.kept()
                + " stay");
        report.branches().forEach((name, id) -> output.line(did + " branch " + name + " at " + id));
        report.tags().forEach((name, id) -> output.line(did + " tag " + name + " at " + id));
        return ExitCode.OK;
    }
}
