package io.icestream.ingest.cli;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.Session;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code icestream tree}. */
@Command(
        name = "tree",
        mixinStandardHelpOptions = true,
        description = "Show groups and arrays with shapes, types, chunks and attributes.",
        footerHeading = "%nExamples:%n",
        footer = {
            "  icestream tree ./repository",
            "  icestream tree ./repository --tag daily-2026-11-20",
            "  icestream tree ./repository --json"
        })
public final class Tree extends RepositoryCommand implements Verb {

    @Mixin
    private final VersionInput version = new VersionInput();

    /**
     * What is printed as JSON.
     *
     * @param snapshot the snapshot
     * @param nodes its nodes in the order of their paths
     */
    record Content(SnapshotId snapshot, List<NodeSummary> nodes) {}

    @Override
    public Section section() {
        return Section.READ;
    }

    @Override
    int run(Repository open) {
        Session session = version.session(open);
        List<NodeSummary> nodes = session.nodes().stream()
                .map(node -> NodeSummary.of(session, node))
                .toList();
        if (output().json()) {
            output().json(new Content(session.snapshotId(), nodes));
        } else {
            output().line("snapshot " + session.snapshotId());
            nodes.forEach(this::print);
        }
        return ExitCode.OK;
    }

    private void print(NodeSummary node) {
        String indent = "  ".repeat(depth(node.path()));
        String name =
                node.path().isRoot() ? "/" : node.path().name() + (node.array().isPresent() ? "" : "/");
        output().line(indent
                + name
                + node.array().map(array -> "  " + array.text()).orElse(""));
        node.attributes()
                .properties()
                .forEach(
                        attribute -> output().line(indent + "    " + attribute.getKey() + ": " + attribute.getValue()));
    }

    private static int depth(NodePath path) {
        return path.parent().map(parent -> depth(parent) + 1).orElse(0);
    }
}
