package io.icestream.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.VariableSettings.CellType;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.slice.BlockBuffers;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.TestDataset;
import io.icestream.schema.Observation;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The record that the project ships, written by its generated class as a producer would, is decoded by the mapping that goes with it. */
class OwnRecordsTest {

    @Test
    void decodesTheRecordThatWeShip() {
        DatasetSettings dataset = new TestDataset()
                .variables(
                        TestDataset.variable("temp", "values.temp", CellType.FLOAT64),
                        TestDataset.variable("wind", "values.wind", CellType.FLOAT32),
                        TestDataset.variable("rain", "values.rain", CellType.FLOAT64))
                .build();
        DatasetGrid grid = new DatasetGrid(dataset);
        FixedRegistry registry = new FixedRegistry();
        BlockBuffers buffers = new BlockBuffers(grid, 3, "i");
        Instant time = Instant.parse("2026-01-02T03:04:00Z");
        ObservationDecoder decoder =
                new ObservationDecoder(dataset, grid, Duration.ZERO, registry, InstantSource.fixed(time));
        Map<String, @Nullable Double> values = new HashMap<>();
        values.put("temp", 21.5);
        values.put("wind", null);
        values.put("unmapped", 1.0);
        try (AvroSerializer<Observation> serializer = new AvroSerializer<>(registry)) {
            Observation observation = Observation.newBuilder()
                    .setStation("ST00002")
                    .setTime(time)
                    .setValues(values)
                    .build();

            byte[] value = serializer.serialize("observations", observation);

            boolean accepted = decoder.decode(
                    value,
                    new SourcePartition("observations", 0),
                    0,
                    time.toEpochMilli(),
                    TimestampOrigin.BROKER,
                    buffers);
            assertThat(accepted).isTrue();
        }
        List<Block> blocks = new ArrayList<>();
        buffers.drain((chunk, bytes) -> blocks.add(Block.decode(bytes)));
        Block block = blocks.get(0);
        assertThat(decoder.eventMicros()).isEqualTo(DatasetGrid.micros(time));
        assertThat(block.slotInChunk(0)).isEqualTo(3 * 60 + 4);
        assertThat(Double.longBitsToDouble(block.bits(0, 0))).isEqualTo(21.5);
        assertThat(block.isPresent(1, 0)).isFalse();
        assertThat(block.isPresent(2, 0)).isFalse();
    }
}
