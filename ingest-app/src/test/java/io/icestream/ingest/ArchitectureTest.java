package io.icestream.ingest;

import io.icestream.engine.testing.ArchitectureContract;
import io.icestream.ingest.config.IngestConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** Holds the ingest application to its architecture. */
class ArchitectureTest extends ArchitectureContract {

    /** Random ids of incarnations, rounds and members, and the pauses of start and registry; the command line is the outermost layer. */
    private static final Map<String, Set<String>> DEFAULTS = Map.of(
            "io.icestream.ingest.cli.*", Set.of(),
            "io.icestream.ingest.cli.produce.*", Set.of(),
            "io.icestream.ingest.cli.run.*", Set.of(),
            "io.icestream.ingest.lifecycle.Pauses", Set.of("Thread.sleep"),
            "io.icestream.ingest.lifecycle.InstanceId", Set.of("UUID.randomUUID"),
            "io.icestream.ingest.lifecycle.IngestStart", Set.of("UUID.randomUUID"),
            "io.icestream.ingest.lifecycle.Reinit", Set.of("UUID.randomUUID"),
            "io.icestream.ingest.topology.RegistryPatience", Set.of("Thread.sleep"));

    ArchitectureTest() {
        super(IngestConfig.class, "io.icestream.ingest", "ingest-app", mayUse(), DEFAULTS);
    }

    private static Map<String, Set<String>> mayUse() {
        Map<String, Set<String>> rows = new LinkedHashMap<>();
        rows.put("", Set.of());
        rows.put("config", Set.of());
        rows.put("protocol", Set.of("config"));
        rows.put("slice", Set.of("config", "protocol"));
        rows.put("decode", Set.of("config", "protocol", "slice"));
        rows.put("window", Set.of("config", "protocol", "slice"));
        rows.put("commit", Set.of("config", "protocol", "slice", "window"));
        rows.put("tagging", Set.of("config", "protocol"));
        rows.put("topology", Set.copyOf(rows.keySet()));
        rows.put("lifecycle", Set.copyOf(rows.keySet()));
        rows.put("cli", Set.copyOf(rows.keySet()));
        return rows;
    }
}
