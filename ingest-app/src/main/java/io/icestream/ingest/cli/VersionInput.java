package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.ReadonlySession;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** Which version of a repository a verb reads: a branch (main unless told otherwise), a tag or a snapshot. To be used as a picocli mixin. */
final class VersionInput {

    @ArgGroup(heading = "Version, one of:%n")
    private @Nullable Choice choice;

    /** At most one of these. */
    static final class Choice {
        @Option(names = "--branch", paramLabel = "NAME", description = "The tip of a branch; default: main.")
        private @Nullable String branch;

        @Option(names = "--tag", paramLabel = "NAME", description = "The snapshot of a tag.")
        private @Nullable String tag;

        @Option(names = "--snapshot", paramLabel = "ID", description = "A snapshot.")
        private @Nullable String snapshot;
    }

    /** {@return whether the user named one} */
    boolean isGiven() {
        return choice != null;
    }

    /**
     * Finds the snapshot that is meant.
     *
     * @param repository the repository
     * @return the snapshot
     * @throws CliException if there is no such branch, tag or snapshot; the message names the nearest one
     */
    SnapshotId snapshot(Repository repository) {
        if (choice != null && choice.tag != null) {
            return reference("tag", choice.tag, repository.tags());
        }
        if (choice != null && choice.snapshot != null) {
            return parse(choice.snapshot);
        }
        String branch = choice == null || choice.branch == null ? "main" : choice.branch;
        return reference("branch", branch, repository.branches());
    }

    /**
     * Opens the snapshot that is meant.
     *
     * @param repository the repository
     * @return a session on it
     * @throws CliException if there is no such branch, tag or snapshot
     */
    ReadonlySession session(Repository repository) {
        SnapshotId snapshot = snapshot(repository);
        try {
            return repository.readonlySession(Version.snapshot(snapshot));
        } catch (NotFoundException e) {
            throw new CliException(
                    ExitCode.NOT_FOUND,
                    "No snapshot '" + snapshot + "' in this repository; 'log' lists what there is",
                    e);
        }
    }

    private static SnapshotId reference(String kind, String name, Map<String, SnapshotId> known) {
        SnapshotId found = known.get(name);
        if (found != null) {
            return found;
        }
        Optional<String> nearest = NearestName.find(name, known.keySet());
        String hint = nearest.map(other -> "; did you mean '" + other + "'?")
                .orElseGet(() -> known.isEmpty()
                        ? "; there are none"
                        : "; there are "
                                + String.join(
                                        ", ", known.keySet().stream().limit(10).toList()));
        throw new CliException(ExitCode.NOT_FOUND, "No " + kind + " '" + name + "' in this repository" + hint);
    }

    private static SnapshotId parse(String text) {
        try {
            return SnapshotId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CliException(
                    ExitCode.USAGE,
                    "Invalid snapshot id '" + text + "': " + e.getMessage() + "; 'log' lists the ids",
                    e);
        }
    }
}
