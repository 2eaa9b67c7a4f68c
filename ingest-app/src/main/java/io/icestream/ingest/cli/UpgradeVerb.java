package io.icestream.ingest.cli;

import io.icestream.engine.maintenance.Upgrade;
import io.icestream.engine.maintenance.UpgradeReport;
import io.icestream.engine.maintenance.UpgradeRequest;
import io.icestream.engine.maintenance.UpgradeRequest.Version1Files;
import io.icestream.engine.repository.Repository;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream upgrade}. */
@Command(
        name = "upgrade",
        mixinStandardHelpOptions = true,
        description = "Bring a repository from version 1 of the format to version 2.",
        footerHeading =
                "%nNobody may write meanwhile. Chunks and history stay as they are; if it is interrupted, run it again.%n"
                        + "Clients that know only version 1 go on with its files if they are kept, and are not heard of again.%n"
                        + "%nExamples:%n",
        footer = {
            "  icestream upgrade ./repository --dry-run",
            "  icestream upgrade ./repository",
            "  icestream upgrade ./repository --delete-version-1-files --json"
        })
public final class UpgradeVerb extends CareVerb {

    @Option(
            names = "--delete-version-1-files",
            description = "Delete the branches, tags and configuration of version 1 once those of version 2 are there.")
    private boolean deleteVersion1Files;

    @Mixin
    private final DryRun dryRun = new DryRun();

    @Override
    int run(Repository open) {
        UpgradeReport report = new Upgrade(open)
                .run(UpgradeRequest.defaults()
                        .withMode(dryRun.mode())
                        .withFiles(deleteVersion1Files ? Version1Files.DELETE : Version1Files.KEEP));
        print(report, this::describe);
        return ExitCode.OK;
    }

    private void describe(UpgradeReport report) {
        if (report.from() > 1) {
            output().line("the repository is in version " + report.from() + " already");
        } else {
            output().line(dryRun.did("would upgrade", "upgraded") + " the repository from version 1 to 2");
        }
        output().table(
                        List.of("BRANCHES", "TAGS", "DELETED TAGS", "SNAPSHOTS", "OPERATIONS"),
                        List.of(List.of(
                                Integer.toString(report.branches()),
                                Integer.toString(report.tags()),
                                Integer.toString(report.deletedTags()),
                                Integer.toString(report.snapshots()),
                                Integer.toString(report.operations()))));
        if (deleteVersion1Files) {
            output().line(dryRun.did("would delete ", "deleted ") + report.version1Files() + " files of version 1");
        }
    }
}
