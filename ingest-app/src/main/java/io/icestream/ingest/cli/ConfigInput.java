package io.icestream.ingest.cli;

import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/** The configuration of an ingest. To be used as a picocli mixin. */
public final class ConfigInput {

    @Option(
            names = {"-f", "--config"},
            paramLabel = "FILE",
            required = true,
            description = "The configuration of the ingest.")
    @SuppressWarnings("NullAway.Init") // required
    private Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "Set a key of the configuration, for instance --set commit.max-windows=1; repeatable.")
    private List<String> overrides = List.of();

    /** {@return the file} */
    public Path file() {
        return file;
    }

    /**
     * Reads and checks the configuration.
     *
     * @return the configuration
     * @throws io.icestream.ingest.config.ConfigException with all that is wrong with it
     */
    public IngestConfig load() {
        return load(file, overrides);
    }

    /**
     * Reads and checks a configuration.
     *
     * @param file the file
     * @param overrides keys set by the command line
     * @return the configuration
     * @throws io.icestream.ingest.config.ConfigException with all that is wrong with it
     */
    public static IngestConfig load(Path file, List<String> overrides) {
        if (!Files.isReadable(file)) {
            throw new CliException(ExitCode.NOT_FOUND, "No readable configuration file " + file);
        }
        return ConfigLoader.load(file, System.getenv(), overrides);
    }
}
