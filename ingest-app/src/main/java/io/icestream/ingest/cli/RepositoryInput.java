package io.icestream.ingest.cli;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.storage.Storage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The repository that a verb reads. To be used as a picocli mixin. */
public final class RepositoryInput {

    @Parameters(
            index = "0",
            paramLabel = "REPOSITORY",
            description = {
                "Path of the repository, a file: URL, s3://BUCKET/PREFIX,",
                "gs://BUCKET/PREFIX, az://ACCOUNT/CONTAINER/PREFIX, or, to read only,",
                "https://HOST/PATH or redirect+https://HOST/PATH.",
                "Options of a store follow as ?region=NAME&endpoint=URL&...,",
                "or are taken from the environment: ICESTREAM_REPOSITORY_STORAGE_REGION",
                "and so on, and what the store's own tools read."
            })
    @SuppressWarnings("NullAway.Init") // set by picocli
    private String location;

    @Option(
            names = {"--authorise", "--authorize"},
            paramLabel = "PREFIX",
            description = {
                "Let virtual chunks be read from below this URL prefix: file:///FOLDER/,",
                "https://HOST/PATH/ or s3://BUCKET/PREFIX/, the latter as the AWS tools are set up,",
                "or with ?anonymous, and on another server with ?endpoint=URL; or below gs://BUCKET/PREFIX/,",
                "or az://CONTAINER/PREFIX/?account=NAME. May be repeated."
            })
    private List<String> authorised = new ArrayList<>();

    /** What a verb does with an open repository. */
    @FunctionalInterface
    public interface Reading {

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
    public int read(Reading reading) throws Exception {
        return read(UnaryOperator.identity(), reading);
    }

    /**
     * Opens the repository, lets it be used, and closes it.
     *
     * @param change what the verb changes in the usual options
     * @param reading what to do
     * @return one of {@link ExitCode}
     * @throws CliException if there is no repository at the location
     * @throws Exception whose message is shown to the user
     */
    int read(UnaryOperator<RepositoryOptions> change, Reading reading) throws Exception {
        return read(location, change.apply(VirtualPrefixes.options(authorised)), reading);
    }

    /**
     * Opens a repository, lets it be read, and closes it.
     *
     * @param location where it is, as users write it
     * @param reading what to do
     * @return one of {@link ExitCode}
     * @throws CliException if there is no repository at the location
     * @throws Exception whose message is shown to the user
     */
    public static int read(String location, Reading reading) throws Exception {
        return read(location, RepositoryOptions.defaults(), reading);
    }

    private static int read(String location, RepositoryOptions options, Reading reading) throws Exception {
        if (Stores.isLocal(location)) {
            requireFolder(location, Stores.path(location));
        }
        try (Storage storage = Stores.open(location)) {
            if (!Repository.exists(storage)) {
                throw new CliException(ExitCode.NOT_FOUND, "No repository at '" + location + "': " + absent(location));
            }
            try (Repository repository = Repository.open(storage, options)) {
                return reading.read(repository);
            }
        }
    }

    private static String absent(String location) {
        return Stores.isLocal(location)
                ? "the folder has no object 'repo' and no 'refs/branch.main/ref.json'; name the folder that holds it"
                : "there is no object 'repo' and no 'refs/branch.main/ref.json' below that prefix; name the prefix that holds it";
    }

    private static void requireFolder(String location, Path folder) {
        if (!Files.exists(folder)) {
            throw new CliException(ExitCode.NOT_FOUND, "No repository at '" + location + "': there is no such folder");
        }
        if (!Files.isDirectory(folder)) {
            throw new CliException(
                    ExitCode.NOT_FOUND, "No repository at '" + location + "': it is a file, not a folder");
        }
    }
}
