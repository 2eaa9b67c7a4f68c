package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code icestream log}. */
@Command(
        name = "log",
        mixinStandardHelpOptions = true,
        description = "List what was committed, newest first.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream log ./repository                    the 20 newest commits of main",
            "  icestream log ./repository --tag daily-2026-11-20 -n 3",
            "  icestream log ./repository -n 0 --json        all of them, as a JSON array",
            "  icestream log ./repository --graph            of all branches and tags, drawn",
            "  icestream log ./repository --graph --svg history.svg"
        })
public final class Log extends RepositoryCommand implements Verb {

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Mixin
    private final VersionInput version = new VersionInput();

    @Option(
            names = {"-n", "--number"},
            paramLabel = "N",
            defaultValue = "20",
            description = "Most commits to list, 0 for all; default: ${DEFAULT-VALUE}.")
    private int number;

    @Option(names = "--graph", description = "Draw the whole history of all branches and tags instead.")
    private boolean graph;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "With --graph: draw it as a picture into this file, which is replaced if it is there.")
    private @Nullable Path svg;

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    int run(Repository open) {
        if (graph || svg != null) {
            return draw(open);
        }
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

    private int draw(Repository open) {
        if (!graph || output().json() || version.isGiven() || isGiven("-n")) {
            throw new CliException(
                    ExitCode.USAGE,
                    "--graph draws the whole history: --svg goes with it, and --branch, --tag, --snapshot, -n and --json do not");
        }
        if (svg == null) {
            open.historyGraph().lines().forEach(output()::line);
            return ExitCode.OK;
        }
        try {
            Files.writeString(svg, open.historyGraphSvg());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        output().note("wrote " + svg);
        return ExitCode.OK;
    }

    private boolean isGiven(String option) {
        return spec.commandLine().getParseResult().hasMatchedOption(option);
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
