package io.icestream.ingest.cli;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.repository.Repository;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What verbs do with a branch and with a tag, where that is not the same. */
enum ReferenceKind {
    BRANCH {
        @Override
        Map<String, SnapshotId> list(Repository open) {
            return open.branches();
        }

        @Override
        void create(Repository open, String name, SnapshotId at) {
            open.createBranch(name, at);
        }

        @Override
        void delete(Repository open, String name, SnapshotId at, Consent consent) {
            RepositoryInfo info = open.info();
            long lost = Reachability.without(info, name).lost(at, Optional.empty());
            if (lost > 0) {
                consent.require("Without branch '" + name + "' nothing leads to " + lost
                        + " of its commits, the last of them " + at);
            }
            open.deleteBranch(name);
        }
    },
    TAG {
        @Override
        Map<String, SnapshotId> list(Repository open) {
            return open.tags();
        }

        @Override
        void create(Repository open, String name, SnapshotId at) {
            TagOutcome outcome = open.createTag(name, at);
            if (outcome instanceof TagOutcome.Burnt) {
                throw new CliException(
                        ExitCode.FAILED,
                        "Cannot create tag '" + name
                                + "': a tag of this name was deleted, and the name cannot be used again; choose another one");
            }
            if (outcome instanceof TagOutcome.Exists exists && !exists.at().equals(at)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "Cannot create tag '" + name + "' at " + at + ": it exists at " + exists.at()
                                + "; choose another name");
            }
        }

        @Override
        void delete(Repository open, String name, SnapshotId at, Consent consent) {
            consent.require("Once tag '" + name + "' is deleted, its name can never be used again");
            open.deleteTag(name);
        }
    };

    /** {@return what users call it} */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** {@return all of them, and where they are} */
    abstract Map<String, SnapshotId> list(Repository open);

    /**
     * Creates one.
     *
     * @throws CliException if that is a tag which there is, or once was
     */
    abstract void create(Repository open, String name, SnapshotId at);

    /**
     * Deletes one.
     *
     * @throws CliException if that would lose something, and nobody agreed
     */
    abstract void delete(Repository open, String name, SnapshotId at, Consent consent);
}
