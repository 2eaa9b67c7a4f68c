package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerificationReport;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.maintenance.VerifyRequest.Payloads;
import io.icestream.engine.repository.Repository;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code icestream fsck}. */
@Command(
        name = "fsck",
        mixinStandardHelpOptions = true,
        description = "Look whether everything that a repository refers to is there and whole; ends with 1 if not.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream fsck ./repository",
            "  icestream fsck ./repository --read-chunks",
            "  icestream fsck ./repository --json"
        })
public final class Fsck extends CareVerb {

    @Option(names = "--read-chunks", description = "Read every chunk, too, instead of looking at its length only.")
    private boolean readChunks;

    @Override
    int run(Repository open) {
        VerifyRequest request = VerifyRequest.defaults().withPayloads(readChunks ? Payloads.READ : Payloads.SKIP);
        VerificationReport report = watched(progress -> new Verification(open).run(request, progress));
        print(report, this::describe);
        return report.isSound() ? ExitCode.OK : ExitCode.FAILED;
    }

    private void describe(VerificationReport report) {
        report.findings().forEach(finding -> {
            output().line(finding.severity() + " " + finding.object() + " " + finding.problem());
            output().line("  way out: " + finding.wayOut());
        });
        output().line((report.findings().isEmpty()
                        ? "no findings"
                        : report.findings().size() + " findings")
                + (report.complete() ? "" : ", and more")
                + "; looked at " + report.snapshots() + " snapshots, " + report.manifests() + " manifests, "
                + report.references() + " chunk references");
    }
}
