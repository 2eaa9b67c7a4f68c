package io.icestream.azure;

import io.icestream.engine.testing.ArchitectureContract;
import java.util.Map;
import java.util.Set;

/** Holds the module to its architecture. */
class ArchitectureTest extends ArchitectureContract {
    ArchitectureTest() {
        super(AzureStorage.class, "io.icestream.azure", "storage-azure", Map.of("", Set.of()), Map.of());
    }
}
