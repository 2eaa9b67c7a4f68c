package io.icestream.gcs;

import io.icestream.engine.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

/** Holds the module to its architecture. */
class ArchitectureTest extends ArchitectureContract {
    ArchitectureTest() {
        super(GcsStorage.class, "io.icestream.gcs", "storage-gcs", Map.of("", Set.of()), Map.of());
    }
}
