package io.icestream.ingest.cli;

import io.icestream.ingest.config.ConfigLoader;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.config.RegistrySettings;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where brokers and registry are: in the configuration of an ingest, or one by one. A picocli mixin. */
public final class Connection {

    @Option(
            names = {"-f", "--config"},
            paramLabel = "FILE",
            description = "Take brokers and registry from this ingest configuration.")
    private @Nullable Path config;

    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Kafka brokers, instead of those of the configuration.")
    private @Nullable String bootstrap;

    @Option(
            names = "--registry",
            paramLabel = "URL",
            description = "Schema registry, instead of that of the configuration.")
    private @Nullable URI registry;

    @Option(
            names = "--client-config",
            paramLabel = "FILE",
            description = "Further Kafka client properties, for instance for TLS and SASL.")
    private @Nullable Path clientConfig;

    /**
     * Resolves the options.
     *
     * @return Kafka client properties, {@code bootstrap.servers} among them
     */
    public Map<String, String> clientProperties() throws IOException {
        Map<String, String> properties =
                new HashMap<>(ingest().map(IngestConfig::clientProperties).orElse(Map.of()));
        if (clientConfig != null) {
            properties.putAll(read(clientConfig));
        }
        if (bootstrap != null) {
            properties.put("bootstrap.servers", bootstrap);
        }
        if (!properties.containsKey("bootstrap.servers")) {
            throw new CliException(
                    ExitCode.USAGE, "No brokers named: --bootstrap-server HOST:PORT or --config FILE is needed");
        }
        return properties;
    }

    /**
     * Resolves the options.
     *
     * @return how to reach the registry
     */
    public RegistrySettings registry() {
        if (registry != null) {
            return new RegistrySettings(List.of(registry), Map.of(), Duration.ofSeconds(10));
        }
        return ingest().map(IngestConfig::registry)
                .orElseThrow(() -> new CliException(
                        ExitCode.USAGE, "No schema registry named: --registry URL or --config FILE is needed"));
    }

    private Optional<IngestConfig> ingest() {
        return config == null ? Optional.empty() : Optional.of(ConfigLoader.load(config, System.getenv(), List.of()));
    }

    private static Map<String, String> read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        }
        Map<String, String> all = new HashMap<>();
        properties.stringPropertyNames().forEach(name -> all.put(name, properties.getProperty(name)));
        return all;
    }
}
