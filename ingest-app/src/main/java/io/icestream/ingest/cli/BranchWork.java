package io.icestream.ingest.cli;

import io.icestream.engine.format.NodePath;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a verb works on that commits to a branch. To be used as a picocli mixin. */
final class BranchWork {

    @Option(
            names = {"-b", "--branch"},
            paramLabel = "NAME",
            defaultValue = "main",
            description = "The branch; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String branch;

    @Option(names = "--array", paramLabel = "PATH", description = "Only this array; can be given several times.")
    private List<String> arrays = List.of();

    @Option(
            names = {"-m", "--message"},
            paramLabel = "TEXT",
            description = "Message of the snapshot.")
    private @Nullable String message;

    String branch() {
        return branch;
    }

    Set<NodePath> arrays() {
        return arrays.stream().map(NodePath::of).collect(Collectors.toSet());
    }

    String messageOr(String other) {
        return message == null ? other : message;
    }
}
