package io.icestream.cloud;

import io.icestream.engine.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

/** Holds the module to its architecture. */
class ArchitectureTest extends ArchitectureContract {
    /** Where the world outside is picked up by default; each of these can be given something else. */
    private static final Map<String, Set<String>> DEFAULTS = Map.of(
            "io.icestream.cloud.RequestOptions", Set.of("InstantSource.system", "SecureRandom.<init>"),
            "io.icestream.cloud.Sleeper", Set.of("Thread.sleep"));

    ArchitectureTest() {
        super(CloudStorage.class, "io.icestream.cloud", "storage-cloud", Map.of("", Set.of()), DEFAULTS);
    }
}
