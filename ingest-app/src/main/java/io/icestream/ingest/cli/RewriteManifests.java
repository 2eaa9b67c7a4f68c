package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.ManifestRewrite;
import io.icestream.engine.maintenance.RewriteReport;
import io.icestream.engine.maintenance.RewriteRequest;
import io.icestream.engine.repository.Repository;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream rewrite-manifests}. */
@Command(
        name = "rewrite-manifests",
        mixinStandardHelpOptions = true,
        description = "Lay manifests out as the repository's splitting has it, in one commit.",
        footerHeading =
                "%nWhat can be read does not change, and writers go on meanwhile. Manifests that are as they should be"
                        + " stay.%n%nExamples:%n",
        footer = {
            "  icestream rewrite-manifests ./repository --dry-run",
            "  icestream rewrite-manifests ./repository --time-budget 10m",
            "  icestream rewrite-manifests ./repository --branch main --array /temperature --json"
        })
public final class RewriteManifests extends CareVerb {

    @Mixin
    private final BranchWork work = new BranchWork();

    @Option(
            names = "--amend",
            description = "Put the result in the place of the tip of the branch; nothing else may write meanwhile.")
    private boolean amend;

    @Mixin
    private final TimeBudget time = new TimeBudget();

    @Mixin
    private final DryRun dryRun = new DryRun();

    @Override
    int run(Repository open) {
        RewriteRequest plain = RewriteRequest.of(work.branch());
        RewriteRequest request = plain.withArrays(work.arrays())
                .withMessage(work.messageOr(plain.message()))
                .withMethod(amend ? RewriteRequest.Method.AMEND : RewriteRequest.Method.NEW_COMMIT)
                .withMode(dryRun.mode());
        RewriteReport report = watched(progress ->
                new ManifestRewrite(open).run(time.within(request, RewriteRequest::withTimeBudget), progress));
        print(report, this::describe);
        return ExitCode.OK;
    }

    private void describe(RewriteReport report) {
        output().line(dryRun.did("would rewrite ", "rewrote ") + report.rewritten() + " manifests of " + report.arrays()
                + " arrays, with " + report.references() + " references");
        output().table(
                        List.of("MANIFESTS", "NUMBER", "BYTES"),
                        List.of(
                                row("before", report.before()),
                                row(dryRun.did("after, about", "after"), report.after())));
        report.snapshot().ifPresent(id -> output().line("snapshot " + id));
        time.noteUnless(report.finished(), output());
    }
}
