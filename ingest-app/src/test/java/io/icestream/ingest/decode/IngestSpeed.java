package io.icestream.ingest.decode;

import com.sun.management.ThreadMXBean;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.config.VariableSettings.CellType;
import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.Cut;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.slice.BlockBuffers;
import io.icestream.ingest.slice.ChunkAssembly;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.TestDataset;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;

/**
 * Measures the path of an observation on one thread: bytes to rows, rows to blocks, blocks to chunks. A program to be run by hand; prints
 * observations per second of the thread's own CPU time, so that a busy machine matters less; the first rounds are cold.
 */
final class IngestSpeed {

    private static final int STATIONS = 200;
    private static final int MINUTES = 5_000;
    private static final int ROUNDS = 8;
    private static final int ROWS_PER_DRAIN = 250_000;
    private static final List<String> NAMES = List.of("temperature", "humidity", "pressure", "wind");
    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final DatasetSettings dataset = new TestDataset()
            .origin(ORIGIN)
            .stations(TestDataset.stations(STATIONS), 100)
            .variables(NAMES.stream()
                    .map(name -> TestDataset.variable(name, name, CellType.FLOAT64))
                    .toArray(VariableSettings[]::new))
            .build();
    private final DatasetGrid grid = new DatasetGrid(dataset);
    private final List<byte[]> values = new ArrayList<>();
    private final SourcePartition source = new SourcePartition("observations", 0);

    private IngestSpeed() {}

    /**
     * Runs it.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        new IngestSpeed().run();
    }

    private static Schema schema() {
        SchemaBuilder.FieldAssembler<Schema> fields = SchemaBuilder.record("Observation")
                .fields()
                .requiredString("station")
                .name("time")
                .type(LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)))
                .noDefault();
        NAMES.forEach(fields::requiredDouble);
        return fields.endRecord();
    }

    private void produce(Schema schema) {
        GenericData.Record record = new GenericData.Record(schema);
        long time = ORIGIN.getEpochSecond() * 1_000_000;
        for (int minute = 0; minute < MINUTES; minute++) {
            for (int station = 0; station < STATIONS; station++) {
                record.put("station", "ST%05d".formatted(station));
                record.put("time", time + minute * 60_000_000L);
                for (int i = 0; i < NAMES.size(); i++) {
                    record.put(NAMES.get(i), Math.sin(minute * 0.001 + station + i) * 20 + 15);
                }
                values.add(AvroWire.encode(1, record));
            }
        }
    }

    private void run() {
        Schema schema = schema();
        produce(schema);
        System.out.printf("%,d observations of %d bytes%n", values.size(), values.get(0).length);
        ObservationDecoder decoder = new ObservationDecoder(
                dataset,
                grid,
                Duration.ofDays(1),
                new FixedRegistry(schema),
                InstantSource.fixed(ORIGIN.plusSeconds(86_400 * 30)));
        BlockBuffers buffers = new BlockBuffers(grid, NAMES.size(), "incarnation");
        for (int round = 0; round < ROUNDS; round++) {
            List<byte[]> blocks = new ArrayList<>();
            decode(decoder, buffers, blocks);
            assemble(blocks);
        }
    }

    private void decode(ObservationDecoder decoder, BlockBuffers buffers, List<byte[]> blocks) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long drainNanos = 0;
        long begin = THREADS.getCurrentThreadCpuTime();
        long offset = 0;
        for (byte[] value : values) {
            if (!decoder.decode(value, source, offset++, 1_780_000_000_000L, TimestampOrigin.PRODUCER, buffers)) {
                throw new IllegalStateException(decoder.detail());
            }
            if (buffers.rows() == ROWS_PER_DRAIN) {
                long drain = THREADS.getCurrentThreadCpuTime();
                buffers.drain((chunk, block) -> blocks.add(block));
                drainNanos += THREADS.getCurrentThreadCpuTime() - drain;
            }
        }
        buffers.drain((chunk, block) -> blocks.add(block));
        long nanos = THREADS.getCurrentThreadCpuTime() - begin;
        long encoded = blocks.stream().mapToLong(block -> block.length).sum();
        System.out.printf(
                "decode + append + drain %,12.0f/s (%.0f ns each, of which drain %.0f ns), %d blocks, %.1f bytes/row, %.1f bytes/row allocated beside%n",
                values.size() * 1e9 / nanos,
                (double) nanos / values.size(),
                (double) drainNanos / values.size(),
                blocks.size(),
                (double) encoded / values.size(),
                (double) (THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore - encoded) / values.size());
    }

    private void assemble(List<byte[]> blocks) {
        long begin = THREADS.getCurrentThreadCpuTime();
        Cut all = new Cut(Offsets.of(Map.of(source, Long.MAX_VALUE)), Long.MAX_VALUE);
        Map<ChunkKey, ChunkAssembly> chunks = new HashMap<>();
        for (byte[] bytes : blocks) {
            Block block = Block.decode(bytes);
            chunks.computeIfAbsent(block.chunk(), key -> new ChunkAssembly(grid, dataset.variables(), key))
                    .add(block, all, Optional.empty());
        }
        long merged = THREADS.getCurrentThreadCpuTime();
        long cells = 0;
        double sum = 0;
        for (ChunkAssembly chunk : chunks.values()) {
            cells += chunk.cells();
            for (int variable = 0; variable < NAMES.size(); variable++) {
                sum += chunk.values(variable).doubles()[0];
            }
        }
        long done = THREADS.getCurrentThreadCpuTime();
        if (cells != values.size()) {
            throw new IllegalStateException(cells + " cells of " + values.size());
        }
        System.out.printf(
                "assemble %,12.0f rows/s, then %d chunks of 4 variables out in %.1f ms (%.2f)%n",
                values.size() * 1e9 / (merged - begin), chunks.size(), (done - merged) / 1e6, sum);
    }
}
