package io.icestream.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.ingest.cli.CliException;
import io.icestream.ingest.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder of a demo.
 *
 * <pre>
 *   weather.yaml   configuration of the ingest
 *   repository/    the arrays
 *   broker/        the broker's data
 *   registry/      the registry's schemas
 *   state/         the ingest's local state and its log
 *   demo.json      how far the simulated time is; marks the folder as ours
 * </pre>
 */
final class DemoFolder {

    private static final ObjectMapper JSON = new ObjectMapper();

    /**
     * How far a demo is.
     *
     * @param seed seed of the synthetic observations
     * @param nextMinute simulated minute that has not been sent yet, since 1970
     */
    record Progress(long seed, long nextMinute) {}

    private final Path root;

    private DemoFolder(Path root) {
        this.root = root;
    }

    /**
     * Prepares a folder: takes an old demo's as it is, or makes a new one.
     *
     * @param root where
     * @param fresh whether an old demo is to be deleted first
     * @return the folder
     * @throws CliException if there is something else than a demo in it
     */
    static DemoFolder open(Path root, boolean fresh) throws IOException {
        DemoFolder folder = new DemoFolder(root.toAbsolutePath().normalize());
        if (Files.exists(root) && !folder.isDemo() && !folder.isEmpty()) {
            throw new CliException(
                    ExitCode.USAGE, "There is something else in " + root + ", no demo; choose another folder by --dir");
        }
        if (fresh && folder.isDemo()) {
            folder.delete();
        }
        Files.createDirectories(folder.state());
        return folder;
    }

    private boolean isDemo() {
        return Files.isRegularFile(root.resolve("demo.json"));
    }

    private boolean isEmpty() throws IOException {
        try (Stream<Path> files = Files.list(root)) {
            return files.findAny().isEmpty();
        }
    }

    private void delete() throws IOException {
        List<Path> all;
        try (Stream<Path> files = Files.walk(root)) {
            all = files.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            if (!path.equals(root)) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Reads how far the demo is; {@code first} if it is a new one. */
    Progress progress(Progress first) throws IOException {
        if (!isDemo()) {
            save(first);
            return first;
        }
        return JSON.readValue(root.resolve("demo.json").toFile(), Progress.class);
    }

    void save(Progress progress) throws IOException {
        Path fresh = root.resolve("demo.json.new");
        JSON.writeValue(fresh.toFile(), progress);
        Files.move(
                fresh, root.resolve("demo.json"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    Path root() {
        return root;
    }

    Path config() {
        return root.resolve("weather.yaml");
    }

    Path repository() {
        return root.resolve("repository");
    }

    Path broker() {
        return root.resolve("broker");
    }

    Path registry() {
        return root.resolve("registry");
    }

    Path state() {
        return root.resolve("state");
    }
}
