package io.icestream.ingest.cli;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.Diff;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code icestream diff}. */
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        description = "Show what changed between two versions of one history.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream diff ./repository daily-2026-11-19 daily-2026-11-20",
            "  icestream diff ./repository daily-2026-11-20 main --chunks",
            "  icestream diff ./repository 1CECHNKREP0F1RSTCMT0 main --json"
        })
public final class DiffVerb extends RepositoryCommand implements Verb {

    @Parameters(index = "1", paramLabel = "FROM", description = "The older version: " + VersionName.HELP + ".")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String from;

    @Parameters(index = "2", paramLabel = "TO", description = "The newer one, whose history has the older one.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String to;

    @Option(names = "--chunks", description = "Name the chunks, instead of counting them.")
    private boolean chunks;

    /**
     * What is printed as JSON.
     *
     * @param from the older snapshot
     * @param to the newer snapshot
     * @param newGroups as in {@link Diff}, and so on
     */
    record Content(
            SnapshotId from,
            SnapshotId to,
            Collection<NodePath> newGroups,
            Collection<NodePath> newArrays,
            Collection<NodePath> deletedGroups,
            Collection<NodePath> deletedArrays,
            Collection<NodePath> updatedGroups,
            Collection<NodePath> updatedArrays,
            Map<NodePath, ? extends Collection<ChunkIndex>> updatedChunks,
            List<Diff.Move> moves) {

        static Content of(SnapshotId from, SnapshotId to, Diff diff) {
            return new Content(
                    from,
                    to,
                    diff.newGroups(),
                    diff.newArrays(),
                    diff.deletedGroups(),
                    diff.deletedArrays(),
                    diff.updatedGroups(),
                    diff.updatedArrays(),
                    diff.updatedChunks(),
                    diff.moves());
        }
    }

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    int run(Repository open) {
        VersionName versions = new VersionName(open);
        SnapshotId older = versions.resolve(from);
        SnapshotId newer = versions.resolve(to);
        Diff diff = open.diff(Version.snapshot(older), Version.snapshot(newer));
        if (output().json()) {
            output().json(Content.of(older, newer, diff));
        } else if (diff.isEmpty()) {
            output().note("nothing changed from " + older + " to " + newer);
        } else {
            lines(diff).forEach(output()::line);
        }
        return ExitCode.OK;
    }

    private record Line(String path, String text) {}

    private List<String> lines(Diff diff) {
        List<Line> lines = new ArrayList<>();
        add(lines, "created group", diff.newGroups(), diff);
        add(lines, "deleted group", diff.deletedGroups(), diff);
        add(lines, "changed group", diff.updatedGroups(), diff);
        add(lines, "created array", diff.newArrays(), diff);
        add(lines, "deleted array", diff.deletedArrays(), diff);
        add(lines, "changed array", changedArrays(diff), diff);
        diff.moves()
                .forEach(move ->
                        lines.add(new Line(move.to().toString(), "moved node " + move.from() + " to " + move.to())));
        return lines.stream()
                .sorted(Comparator.comparing(Line::path))
                .map(Line::text)
                .toList();
    }

    private static Set<NodePath> changedArrays(Diff diff) {
        Set<NodePath> changed = new TreeSet<>(diff.updatedArrays());
        changed.addAll(diff.updatedChunks().keySet());
        changed.removeAll(diff.newArrays());
        changed.removeAll(diff.deletedArrays());
        return changed;
    }

    private void add(List<Line> lines, String action, Collection<NodePath> paths, Diff diff) {
        paths.forEach(path -> lines.add(new Line(path.toString(), action + " " + path + chunks(diff, path))));
    }

    private String chunks(Diff diff, NodePath path) {
        var changed = diff.updatedChunks().get(path);
        if (changed == null) {
            return "";
        }
        String names = chunks
                ? ": " + String.join(" ", changed.stream().map(Object::toString).toList())
                : "";
        return ", " + changed.size() + (changed.size() == 1 ? " chunk" : " chunks") + names;
    }
}
