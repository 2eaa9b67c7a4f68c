package io.icestream.ingest.cli;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Parameters;

/** The repository that a verb reads. To be used as a picocli mixin. */
final class RepositoryInput {

    @Parameters(
            index = "0",
            paramLabel = "REPOSITORY",
            description = {
                "Path of the repository, a file: URL, or s3://BUCKET/PREFIX.",
                "Options of an S3 store follow as ?region=NAME&endpoint=URL&...,",
                "or are taken from the environment: ICESTREAM_REPOSITORY_STORAGE_REGION",
                "and so on, and what the AWS tools read."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String location;

    /** What a verb does with an open repository. */
    @FunctionalInterface
    interface Reading {

        /**
         * Reads.
         *
         * @param repository the repository
         * @return one of {@link ExitCode}
         * @throws Exception whose message is shown to the user
         */
        int read(Repository repository) throws Exception;
    }

    /**
     * Opens the repository, lets it be read, and closes it.
     *
     * @param reading what to do
     * @return one of {@link ExitCode}
     * @throws CliException if there is no repository at the location
     * @throws Exception whose message is shown to the user
     */
    int read(Reading reading) throws Exception {
        if (Stores.isLocal(location)) {
            requireFolder(Stores.path(location));
        }
        try (Storage storage = Stores.open(location)) {
            if (!Repository.exists(storage)) {
                throw new CliException(ExitCode.NOT_FOUND, "No repository at '" + location + "': " + absent());
            }
            try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
                return reading.read(repository);
            }
        }
    }

    private String absent() {
        return Stores.isLocal(location)
                ? "the folder has no object 'repo' and no 'refs/branch.main/ref.json'; name the folder that holds it"
                : "there is no object 'repo' and no 'refs/branch.main/ref.json' below that prefix; name the prefix that holds it";
    }

    private void requireFolder(Path folder) {
        if (!Files.exists(folder)) {
            throw new CliException(ExitCode.NOT_FOUND, "No repository at '" + location + "': there is no such folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new CliException(
                    ExitCode.NOT_FOUND, "No repository at '" + location + "': it is a file, not a folder");
        }
    }
}
