package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code icestream log}. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = "List what was committed, newest first.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream log ./repository                    the 20 newest commits of main",
            "  icestream log ./repository --tag daily-2026-11-20 -n 3",
            "  icestream log ./repository -n 0 --json        all of them, as a JSON array"
        })
public final class Log extends RepositoryCommand implements Verb {

    @Mixin
    private final VersionInput version = new VersionInput();

    @Option(
            names = {"-n", "--number"},
            paramLabel = "N",
            defaultValue = "20",
            description = "Most commits to list, 0 for all; default: ${DEFAULT-VALUE}.")
    private int number;

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    int run(Repository open) {
        ReferenceNames names = new ReferenceNames(open);
        SnapshotId from = version.snapshot(open);
        List<CommitSummary> commits;
        try (Stream<SnapshotEntry> history = open.history(from)) {
            commits = history.limit(number > 0 ? number + 1L : Long.MAX_VALUE)
                    .map(entry -> CommitSummary.of(entry, names))
                    .toList();
        }
        boolean more = number > 0 && commits.size() > number;
        print(more ? commits.subList(0, number) : commits);
        if (more && !output().json()) {
            output().note("There are more; -n 0 lists all");
        }
        return ExitCode.OK;
    }

    private void print(List<CommitSummary> commits) {
        if (output().json()) {
            output().json(commits);
            return;
        }
        output().table(
                List.of("SNAPSHOT", "TIME", "WINDOWS", "MESSAGE", "NAMES"),
                commits.stream()
                        .map(commit -> List.of(
                                commit.snapshot().toString(),
                                commit.timeText(),
                                commit.windowsText(),
                                commit.message(),
                                commit.namesText()))
                        .toList());
    }
}
