package io.icestream.engine;

import io.icestream.engine.testing.ArchitectureContract;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Holds the engine to its architecture. */
class ArchitectureTest extends ArchitectureContract {

    /** Where the world outside is picked up by default; each of these can be given something else. */
    private static final Map<String, Set<String>> DEFAULTS = Map.of(
            "io.icestream.engine.storage.LocalStorage", Set.of("RandomGenerator.getDefault"),
            "io.icestream.engine.storage.cloud.RequestOptions", Set.of("InstantSource.system", "SecureRandom.<init>"),
            "io.icestream.engine.storage.cloud.Sleeper", Set.of("Thread.sleep"),
            "io.icestream.engine.storage.http.HttpOptions", Set.of("SecureRandom.<init>"),
            "io.icestream.engine.repository.RepositoryOptions",
                    Set.of(
                            "InstantSource.system",
                            "RandomGenerator.getDefault",
                            "RandomGenerator.of",
                            "SecureRandom.<init>"),
            "io.icestream.engine.ref.Waiter", Set.of("Thread.sleep"));

    ArchitectureTest() {
        super(IcestreamException.class, "io.icestream.engine", "engine", mayUse(), DEFAULTS);
    }

    private static Map<String, Set<String>> mayUse() {
        Map<String, Set<String>> rows = new LinkedHashMap<>();
        rows.put("", Set.of());
        // Whoever works tells of it, in words that know nothing of the work.
        rows.put("observe", Set.of());
        rows.put("storage", Set.of("observe"));
        rows.put("format", Set.of());
        rows.put("zarr", Set.of());
        rows.put("asset", Set.of("storage", "format"));
        rows.put("virtual", Set.of("storage", "format"));
        rows.put("change", Set.of("format", "zarr"));
        rows.put("conflict", Set.of("change", "format"));
        // The compare-and-set loop is made of conditional reads and writes, which are words of storage.
        rows.put("ref", Set.of("asset", "format", "storage"));
        rows.put("session", Set.copyOf(rows.keySet()));
        rows.put("repository", Set.of("session", "ref", "asset", "virtual", "format", "storage", "observe"));
        // A node is named by a path, and paths belong to format.
        rows.put("store", Set.of("session", "zarr", "format"));
        // Objects are listed and deleted by key, which is storage's business; nodes are described in Zarr's words; what
        // may
        // not be fetched from outside the repository is no damage to it.
        rows.put(
                "maintenance", Set.of("repository", "session", "ref", "asset", "virtual", "format", "storage", "zarr"));
        return rows;
    }
}
