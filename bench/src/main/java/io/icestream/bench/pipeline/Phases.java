package io.icestream.bench.pipeline;

import java.util.LinkedHashMap;
import java.util.Map;

/** Tells what an ingest is doing from where it stands in the code. */
final class Phases {
    private static final String INGEST = "io.icestream.ingest.";
    private static final String ENGINE = "io.icestream.engine.";

    /** Beginnings of class and method names; the innermost frame that has one decides, and in a frame the first of the list. */
    private static final Map<String, String> PHASES = phases();

    private Phases() {}

    private static Map<String, String> phases() {
        Map<String, String> phases = new LinkedHashMap<>();
        phases.put(INGEST + "decode.", "decode");
        phases.put(INGEST + "slice.BlockBuffers.drain", "encode blocks");
        phases.put(INGEST + "slice.BlockEncoder", "encode blocks");
        phases.put(INGEST + "slice.BlockBuffers", "decode");
        phases.put(INGEST + "slice.RowColumns", "decode");
        phases.put(INGEST + "slice.Block", "merge");
        phases.put(INGEST + "slice.ChunkAssembly", "merge");
        phases.put(INGEST + "slice.VariableCells", "merge");
        phases.put(INGEST + "window.", "merge");
        phases.put(INGEST + "commit.RepositoryChunks", "encode and store chunks");
        phases.put(INGEST + "commit.", "commit");
        phases.put(INGEST + "tagging.", "commit");
        phases.put(ENGINE + "zarr.", "encode and store chunks");
        phases.put(INGEST + "topology.DecodeProcessor", "decode");
        phases.put(INGEST + "topology.SourceBatch", "decode");
        phases.put("org.apache.kafka.clients.consumer", "consume");
        phases.put("org.apache.kafka.clients.producer", "produce");
        phases.put("org.apache.kafka.streams.processor.internals.RecordCollectorImpl", "produce");
        phases.put("org.apache.kafka.streams.state", "state stores");
        phases.put("org.rocksdb", "state stores");
        phases.put("org.apache.kafka.clients", "network");
        phases.put("org.apache.kafka.streams", "streams");
        return phases;
    }

    /** The phase of a stack, innermost frame first. */
    static String of(StackTraceElement[] stack) {
        for (StackTraceElement frame : stack) {
            String place = frame.getClassName() + "." + frame.getMethodName();
            for (Map.Entry<String, String> phase : PHASES.entrySet()) {
                if (place.startsWith(phase.getKey())) {
                    return phase.getValue();
                }
            }
        }
        return "other";
    }
}
