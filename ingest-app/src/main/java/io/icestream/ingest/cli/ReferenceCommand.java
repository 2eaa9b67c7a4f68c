package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What there is to do with branches as with tags. */
abstract class ReferenceCommand extends RepositoryCommand {
    private final ReferenceKind kind;

    private ReferenceCommand(ReferenceKind kind) {
        this.kind = kind;
    }

    final ReferenceKind kind() {
        return kind;
    }

    /** Lists all. */
    abstract static class Listing extends ReferenceCommand {

        Listing(ReferenceKind kind) {
            super(kind);
        }

        @Override
        final int run(Repository open) {
            ReferenceList.of(open, kind().list(open)).print(output(), kind().name());
            return ExitCode.OK;
        }
    }

    /** Creates one. */
    abstract static class Creation extends ReferenceCommand {

        @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String name;

        @Parameters(
                index = "2",
                arity = "0..1",
                paramLabel = "VERSION",
                defaultValue = "branch:main",
                description = "Where: " + VersionName.HELP + "; default: the tip of main.")
        @SuppressWarnings("NullAway.Init") // has a default
        private String version;

        Creation(ReferenceKind kind) {
            super(kind);
        }

        @Override
        final int run(Repository open) {
            SnapshotId at = new VersionName(open).resolve(version);
            kind().create(open, name, at);
            RefChange.created(kind(), name, at).print(output());
            return ExitCode.OK;
        }
    }

    /** Deletes one. */
    abstract static class Deletion extends ReferenceCommand {

        @Parameters(index = "1", paramLabel = "NAME", description = "Its name.")
        @SuppressWarnings("NullAway.Init") // set by picocli
        private String name;

        @Mixin
        private final Consent consent = new Consent();

        Deletion(ReferenceKind kind) {
            super(kind);
        }

        @Override
        final int run(Repository open) {
            SnapshotId at = new VersionName(open).resolve(kind().word() + ":" + name);
            kind().delete(open, name, at, consent);
            RefChange.deleted(kind(), name, at).print(output());
            return ExitCode.OK;
        }
    }
}
