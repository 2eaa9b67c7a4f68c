package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.CopyReport;
import io.icestream.engine.maintenance.CopyRequest;
import io.icestream.engine.maintenance.RepositoryCopy;
import io.icestream.engine.maintenance.Tally;
import io.icestream.engine.maintenance.VerifyRequest.Payloads;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.Storage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code icestream cp}. */
@Command(
        name = "cp",
        mixinStandardHelpOptions = true,
        description = {
            "Copy a repository, or branches and tags of it, to another store of any kind.",
            "",
            "Writers may go on; the state at the start arrives. A copy that broke off is finished by the same command, and is no repository"
                    + " before that."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream cp ./repository s3://bucket/weather --dry-run",
            "  icestream cp ./repository s3://bucket/weather",
            "  icestream cp s3://bucket/weather ./day --tag daily-2026-11-20 --read-back",
            "  icestream cp ./repository /mnt/copy --time-budget 1h --json"
        })
public final class CopyVerb extends CareVerb {

    @Parameters(
            index = "1",
            paramLabel = "TARGET",
            description =
                    "Where to; holds nothing, or a copy that broke off. Settings of an S3 store that differ from those of REPOSITORY go"
                            + " into the query.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String target;

    @Option(names = "--branch", paramLabel = "NAME", description = "Only this branch and what it reaches; repeatable.")
    private List<String> branches = List.of();

    @Option(names = "--tag", paramLabel = "NAME", description = "Only this tag and what it reaches; repeatable.")
    private List<String> tags = List.of();

    @Option(
            names = "--snapshot",
            paramLabel = "ID",
            description =
                    "Only this snapshot and its history; repeatable. Tag it in the copy, nothing else leads to it.")
    private List<String> snapshots = List.of();

    @Option(names = "--read-back", description = "Read every object of the copy back and compare it.")
    private boolean readBack;

    @Mixin
    private final TimeBudget time = new TimeBudget();

    @Mixin
    private final DryRun dryRun = new DryRun();

    @Override
    int run(Repository source) {
        try (Storage to = Stores.open(target)) {
            CopyReport report = watched(progress -> new RepositoryCopy(source, to).run(request(source), progress));
            print(report, this::describe);
        }
        return ExitCode.OK;
    }

    private CopyRequest request(Repository source) {
        VersionName versions = new VersionName(source);
        branches.forEach(name -> versions.resolve("branch:" + name));
        tags.forEach(name -> versions.resolve("tag:" + name));
        Set<SnapshotId> ids = new HashSet<>();
        snapshots.forEach(id -> ids.add(versions.resolve("snapshot:" + id)));
        CopyRequest request = CopyRequest.whole()
                .withBranches(Set.copyOf(branches))
                .withTags(Set.copyOf(tags))
                .withSnapshots(ids)
                .withPayloads(readBack ? Payloads.READ : Payloads.SKIP)
                .withMode(dryRun.mode());
        return time.within(request, CopyRequest::withTimeBudget);
    }

    private void describe(CopyReport report) {
        List<List<String>> rows = new ArrayList<>();
        report.copied()
                .forEach((kind, copied) ->
                        rows.add(row(kind.title(), copied, report.present().getOrDefault(kind, Tally.NONE))));
        output().table(List.of(dryRun.did("WOULD BE COPIED", "COPIED"), "OBJECTS", "BYTES", "THERE ALREADY"), rows);
        output().line(dryRun.did("would hold ", "holds ") + report.snapshots() + " snapshots, " + report.branches()
                + " branches, " + report.tags() + " tags");
        if (!report.finished()) {
            output().note("The time was over before the end: the copy does not open yet; run again to go on");
        }
    }

    private static List<String> row(String name, Tally copied, Tally present) {
        return List.of(
                name, Long.toString(copied.objects()), Long.toString(copied.bytes()), Long.toString(present.objects()));
    }
}
