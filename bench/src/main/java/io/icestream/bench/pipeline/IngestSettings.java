package io.icestream.bench.pipeline;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/**
 * Configuration of one run of our ingest.
 *
 * @param name names the run, its folder and its ingest id
 * @param threads number of stream threads
 * @param maxWindows most windows that one commit publishes
 */
record IngestSettings(String name, int threads, int maxWindows) {
    /** The product's default. */
    static final int COALESCING = 500;

    Path repository(Path folder) {
        return folder.resolve(name).resolve("repository");
    }

    /** Writes the file into a folder. One chunk holds one window of all stations, as the arrays of the Python contestant. */
    Path write(Path folder, Contest contest) {
        String text = """
                id: %s
                repository: {location: "%s", branch: main, create-if-missing: true}
                kafka: {properties: {bootstrap.servers: "%s"}, slot-partitions: 4, threads: %d}
                schema-registry: {urls: ["%s"]}
                dataset:
                  topics: [%s]
                  time: {field: time, origin: "%sZ", step: 1m, units: "minutes since 2026-01-01"}
                  stations: {field: station, labels: [%s]}
                  variables: [%s]
                  window: %dm
                  chunk: {duration: %dm, stations: %d}
                commit: {max-windows: %d}
                state-directory: "%s"
                """.formatted(
                        name,
                        repository(folder),
                        contest.bootstrapServers(),
                        threads,
                        contest.registryUrl(),
                        contest.topic(),
                        contest.origin(),
                        String.join(", ", contest.stations()),
                        contest.variables().stream()
                                .map(variable -> "{name: " + variable + ", field: " + variable + "}")
                                .collect(Collectors.joining(", ")),
                        Size.WINDOW_MINUTES,
                        Size.WINDOW_MINUTES,
                        contest.stations().size(),
                        maxWindows,
                        folder.resolve(name).resolve("state"));
        try {
            Files.createDirectories(folder.resolve(name));
            return Files.writeString(folder.resolve(name).resolve("ingest.yaml"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
