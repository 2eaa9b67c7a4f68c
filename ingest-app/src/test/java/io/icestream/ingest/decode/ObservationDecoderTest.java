package io.icestream.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.TimeAxis.Rounding;
import io.icestream.ingest.config.TimeAxis.TimeFormat;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.config.VariableSettings.CellType;
import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.slice.BlockBuffers;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.TestDataset;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which records become rows, with which place and values, and what is said of the others. */
class ObservationDecoderTest {

    private static final Instant NOW = Instant.parse("2026-03-01T00:00:00Z");
    private static final SourcePartition SOURCE = new SourcePartition("observations", 0);
    private static final long AT_SLOT_90 = micros("2026-01-01T01:30:00Z");
    private static final String MICROS = "{'type': 'long', 'logicalType': 'timestamp-micros'}";

    private FixedRegistry registry = new FixedRegistry();
    private ObservationDecoder decoder = decoder(new TestDataset());
    private BlockBuffers buffers = new BlockBuffers(new TestDataset().grid(), 1, "i");

    private static long micros(String instant) {
        return DatasetGrid.micros(Instant.parse(instant));
    }

    private ObservationDecoder decoder(TestDataset test) {
        DatasetSettings dataset = test.build();
        DatasetGrid grid = new DatasetGrid(dataset);
        buffers = new BlockBuffers(grid, dataset.variables().size(), "i");
        return new ObservationDecoder(dataset, grid, Duration.ofMinutes(10), registry, InstantSource.fixed(NOW));
    }

    private static Schema schema(String... fields) {
        StringBuilder json = new StringBuilder("{'type': 'record', 'name': 'R', 'fields': [");
        for (int i = 0; i < fields.length; i += 2) {
            json.append(i == 0 ? "" : ", ").append("{'name': '" + fields[i] + "', 'type': " + fields[i + 1] + "}");
        }
        return new Schema.Parser().parse(json.append("]}").toString().replace('\'', '"'));
    }

    /** Registers a schema and gives a record of it, framed. */
    private byte[] framed(Schema schema, @Nullable Object... values) {
        GenericRecord record = new GenericData.Record(schema);
        for (int i = 0; i < values.length; i++) {
            record.put(i, values[i]);
        }
        return AvroWire.encode(registry.register("s", schema), record);
    }

    private boolean decode(byte @Nullable [] value) {
        return decoder.decode(value, SOURCE, 7, 1_000, TimestampOrigin.PRODUCER, buffers);
    }

    private Block accepted(byte[] value) {
        boolean accepted = decode(value);
        assertThat(accepted).as(accepted ? "" : decoder.detail()).isTrue();
        List<Block> blocks = new ArrayList<>();
        buffers.drain((chunk, bytes) -> blocks.add(Block.decode(bytes)));
        assertThat(blocks).hasSize(1);
        assertThat(blocks.get(0).rows()).isEqualTo(1);
        return blocks.get(0);
    }

    private String rejected(byte @Nullable [] value, Reason reason) {
        assertThat(decode(value)).isFalse();
        assertThat(decoder.reason()).as(decoder.detail()).isEqualTo(reason);
        assertThat(buffers.isEmpty()).isTrue();
        return decoder.detail();
    }

    @Test
    void placesARecordOnTheGrid() {
        Schema schema = schema("station", "'string'", "time", MICROS, "a", "'double'");

        Block block = accepted(framed(schema, "ST00006", AT_SLOT_90, 1.5));

        assertThat(decoder.eventMicros()).isEqualTo(AT_SLOT_90);
        assertThat(block.slotInChunk(0)).isEqualTo(90);
        assertThat(block.window()).isEqualTo(1);
        assertThat(block.station(0)).isEqualTo(6);
        assertThat(block.chunk().station()).isEqualTo(1);
        assertThat(block.version(0)).isEqualTo(1_000);
        assertThat(block.offset(0)).isEqualTo(7);
        assertThat(Double.longBitsToDouble(block.bits(0, 0))).isEqualTo(1.5);
        assertThatThrownBy(decoder::reason).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void readsTheFieldsThatAreMappedAndSkipsTheOthers() {
        decoder = decoder(new TestDataset()
                .fields("meta.at", "meta.where.id")
                .versionField("meta.version")
                .variables(
                        TestDataset.variable("x", "values.x", CellType.FLOAT64),
                        TestDataset.variable("y", "values.y.z", CellType.INT16),
                        TestDataset.variable("w", "deep.values.w", CellType.FLOAT32)));
        Schema where = new Schema.Parser()
                .parse(
                        "{\"type\": \"record\", \"name\": \"W\", \"fields\": [{\"name\": \"skip\", \"type\": {\"type\": \"fixed\","
                                + " \"name\": \"F\", \"size\": 3}}, {\"name\": \"id\", \"type\": {\"type\": \"enum\", \"name\": \"E\","
                                + " \"symbols\": [\"ST00001\", \"OTHER\"]}}]}");
        Schema meta = schema("where", where.toString(), "version", "['null', 'long']", "at", MICROS);
        meta = new Schema.Parser().parse(meta.toString().replace("\"R\"", "\"Meta\""));
        Schema deep = new Schema.Parser()
                .parse(
                        "{\"type\": \"record\", \"name\": \"Deep\", \"fields\": [{\"name\": \"values\", \"type\": {\"type\": \"record\","
                                + " \"name\": \"V\", \"fields\": [{\"name\": \"w\", \"type\": [\"null\", \"int\", \"float\"]}]}}]}");
        Schema schema = schema(
                "s1", "['string', 'int', {'type': 'array', 'items': {'type': 'map', 'values': 'bytes'}}]",
                "meta", meta.toString().replace('"', '\''),
                "flag", "'boolean'",
                "values", "{'type': 'map', 'values': ['null', 'double', 'long']}",
                "deep", "['null', " + deep.toString().replace('"', '\'') + "]",
                "tail", "{'type': 'array', 'items': 'string'}");
        GenericRecord metaRecord = new GenericData.Record(meta);
        GenericRecord whereRecord =
                new GenericData.Record(meta.getField("where").schema());
        whereRecord.put(
                "skip",
                new GenericData.Fixed(whereRecord.getSchema().getField("skip").schema(), new byte[3]));
        whereRecord.put(
                "id",
                new GenericData.EnumSymbol(
                        whereRecord.getSchema().getField("id").schema(), "ST00001"));
        metaRecord.put("where", whereRecord);
        metaRecord.put("version", 42L);
        metaRecord.put("at", AT_SLOT_90);
        GenericRecord deepRecord = new GenericData.Record(deep);
        GenericRecord valuesRecord =
                new GenericData.Record(deep.getField("values").schema());
        valuesRecord.put("w", 2.5f);
        deepRecord.put("values", valuesRecord);
        Map<String, Object> values = new HashMap<>();
        values.put("x", 3.25);
        values.put("y.z", -7L);
        values.put("other", 1.0);
        List<Map<String, Object>> maps = List.of(Map.of("k", ByteBuffer.wrap(new byte[] {1, 2})), Map.of());

        Block block = accepted(framed(schema, maps, metaRecord, true, values, deepRecord, List.of("a", "bcd")));

        assertThat(block.station(0)).isEqualTo(1);
        assertThat(block.version(0)).isEqualTo(42);
        assertThat(Double.longBitsToDouble(block.bits(0, 0))).isEqualTo(3.25);
        assertThat(block.bits(1, 0)).isEqualTo(-7);
        assertThat(Float.intBitsToFloat((int) block.bits(2, 0))).isEqualTo(2.5f);

        metaRecord.put("version", null);
        assertThat(rejected(framed(schema, maps, metaRecord, true, values, null, List.of()), Reason.VALUE))
                .contains("version is null");
        metaRecord.put("version", 1L);
        values.put("x", null);
        values.remove("y.z");
        Block empty = accepted(framed(schema, maps, metaRecord, true, values, null, List.of()));
        assertThat(empty.isPresent(0, 0)).isFalse();
        assertThat(empty.isPresent(1, 0)).isFalse();
        assertThat(empty.isPresent(2, 0)).isFalse();
    }

    @Test
    void oneFieldMayHaveSeveralUses() {
        decoder = decoder(new TestDataset()
                .fields("time", "station")
                .versionField("n")
                .variables(
                        TestDataset.variable("f", "n", CellType.FLOAT64),
                        TestDataset.variable("i", "n", CellType.INT32)));
        Schema schema = schema("n", "['null', 'int', 'long']", "station", "'string'", "time", MICROS);

        Block block = accepted(framed(schema, 12, "ST00000", AT_SLOT_90));

        assertThat(block.version(0)).isEqualTo(12);
        assertThat(Double.longBitsToDouble(block.bits(0, 0))).isEqualTo(12.0);
        assertThat(block.bits(1, 0)).isEqualTo(12);
    }

    @Test
    void readsTimesByLogicalTypeOrFormat() {
        Instant time = Instant.parse("2026-01-05T00:00:00Z");
        long seconds = time.getEpochSecond();
        assertTime(TimeFormat.AUTO, "{'type': 'int', 'logicalType': 'date'}", (int) (seconds / 86_400), time);
        assertTime(TimeFormat.AUTO, "{'type': 'long', 'logicalType': 'timestamp-millis'}", seconds * 1_000, time);
        assertTime(TimeFormat.AUTO, MICROS, seconds * 1_000_000, time);
        assertTime(
                TimeFormat.AUTO, "{'type': 'long', 'logicalType': 'timestamp-nanos'}", seconds * 1_000_000_000, time);
        assertTime(TimeFormat.AUTO, "'string'", "2026-01-05T00:00:00Z", time);
        assertTime(TimeFormat.AUTO, "'string'", "2026-01-05T00:00:00.000000Z", time);
        assertTime(TimeFormat.AUTO, "'string'", "2026-01-05T02:30+02:30", time);
        assertTime(
                TimeFormat.ISO_8601,
                "['null', 'string']",
                "2026-01-31T00:00:00Z",
                Instant.parse("2026-01-31T00:00:00Z"));
        assertTime(TimeFormat.EPOCH_SECONDS, "'long'", seconds, time);
        assertTime(TimeFormat.EPOCH_SECONDS, "'double'", (double) seconds, time);
        assertTime(TimeFormat.EPOCH_MILLIS, "'long'", seconds * 1_000, time);
        assertTime(TimeFormat.EPOCH_MILLIS, "'double'", seconds * 1_000.0, time);
        assertTime(TimeFormat.EPOCH_MICROS, "'long'", seconds * 1_000_000, time);
        assertTime(TimeFormat.EPOCH_NANOS, "'long'", seconds * 1_000_000_000, time);
        assertTime(TimeFormat.EPOCH_SECONDS, "'int'", (int) seconds, time);
    }

    private void assertTime(TimeFormat format, String type, Object value, Instant expected) {
        decoder = decoder(new TestDataset().format(format));
        Schema schema = schema("station", "'string'", "time", type, "a", "'double'");
        accepted(framed(schema, "ST00000", value, 1.0));
        assertThat(decoder.eventMicros()).as("%s %s", format, type).isEqualTo(DatasetGrid.micros(expected));
    }

    @Test
    void refusesTimesThatAreNone() {
        assertThat(rejectedTime(TimeFormat.EPOCH_SECONDS, "'double'", Double.NaN, Reason.VALUE))
                .contains("NaN");
        rejectedTime(TimeFormat.EPOCH_SECONDS, "'double'", Double.POSITIVE_INFINITY, Reason.VALUE);
        rejectedTime(TimeFormat.EPOCH_SECONDS, "'float'", 3e38f, Reason.VALUE);
        rejectedTime(TimeFormat.EPOCH_SECONDS, "'long'", Long.MAX_VALUE, Reason.VALUE);
        rejectedTime(TimeFormat.EPOCH_SECONDS, "'long'", Long.MIN_VALUE, Reason.VALUE);
        assertThat(rejectedTime(TimeFormat.AUTO, "'string'", "yesterday", Reason.VALUE))
                .contains("'yesterday'");
        rejectedTime(TimeFormat.AUTO, "'string'", "2026-02-30T00:00:00Z", Reason.VALUE);
        rejectedTime(TimeFormat.AUTO, "'string'", "2026-01-05T00:00:00", Reason.VALUE);
        rejectedTime(TimeFormat.AUTO, "['null', 'string']", null, Reason.TIME_MISSING);
        rejectedTime(TimeFormat.EPOCH_MICROS, "'long'", Long.MIN_VALUE, Reason.BEFORE_ORIGIN);
        rejectedTime(TimeFormat.EPOCH_MICROS, "'long'", Long.MAX_VALUE, Reason.FUTURE_TIMESTAMP);
        rejectedTime(TimeFormat.EPOCH_MICROS, "'long'", AT_SLOT_90 + 1, Reason.OFF_GRID);
        rejectedTime(TimeFormat.EPOCH_NANOS, "'long'", AT_SLOT_90 * 1_000 + 1, Reason.OFF_GRID);
        rejectedTime(TimeFormat.AUTO, "'string'", "2026-01-05T00:00:00.0000001Z", Reason.OFF_GRID);
        rejectedTime(TimeFormat.EPOCH_MICROS, "'long'", micros("2025-12-31T23:59:00Z"), Reason.BEFORE_ORIGIN);
    }

    private String rejectedTime(TimeFormat format, String type, @Nullable Object value, Reason reason) {
        decoder = decoder(new TestDataset().format(format));
        return rejected(
                framed(schema("station", "'string'", "time", type, "a", "'double'"), "ST00000", value, 1.0), reason);
    }

    @Test
    void roundsTimesThatLieBetweenSlots() {
        Schema schema = schema("station", "'string'", "time", MICROS, "a", "'double'");
        decoder = decoder(new TestDataset().rounding(Rounding.NEAREST));
        assertThat(accepted(framed(schema, "ST00000", AT_SLOT_90 + 30_000_000, 1.0))
                        .slotInChunk(0))
                .isEqualTo(91);
        decoder = decoder(new TestDataset().rounding(Rounding.FLOOR));
        assertThat(accepted(framed(schema, "ST00000", AT_SLOT_90 + 59_999_999, 1.0))
                        .slotInChunk(0))
                .isEqualTo(90);
    }

    @Test
    void holdsTheFutureAgainstTheBrokersTimeOrOurs() {
        Schema schema = schema("station", "'string'", "time", MICROS, "a", "'double'");
        long appended = Instant.parse("2026-01-01T01:20:00Z").toEpochMilli();
        byte[] onTheEdge = framed(schema, "ST00000", AT_SLOT_90, 1.0);
        byte[] beyond = framed(schema, "ST00000", AT_SLOT_90 + 60_000_000, 1.0);

        assertThat(decoder.decode(onTheEdge, SOURCE, 1, appended, TimestampOrigin.BROKER, buffers))
                .isTrue();
        assertThat(decoder.decode(beyond, SOURCE, 2, appended, TimestampOrigin.BROKER, buffers))
                .isFalse();
        assertThat(decoder.reason()).isEqualTo(Reason.FUTURE_TIMESTAMP);
        assertThat(decoder.decode(beyond, SOURCE, 2, appended, TimestampOrigin.PRODUCER, buffers))
                .isTrue();
        buffers.discard();
        rejected(framed(schema, "ST00000", DatasetGrid.micros(NOW) + 660_000_000, 1.0), Reason.FUTURE_TIMESTAMP);
    }

    @Test
    void refusesStationsThatAreNotOnTheAxis() {
        Schema text = schema("station", "['null', 'string']", "time", MICROS, "a", "'double'");
        assertThat(rejected(framed(text, "ST99", AT_SLOT_90, 1.0), Reason.UNKNOWN_STATION))
                .contains("'ST99'");
        assertThat(rejected(framed(text, null, AT_SLOT_90, 1.0), Reason.UNKNOWN_STATION))
                .contains("null or absent");

        decoder = decoder(new TestDataset().stations(List.of("0", "-12", "9223372036854775807", "Zürich"), 4));
        Schema number = schema("station", "['int', 'long', 'string']", "time", MICROS, "a", "'double'");
        assertThat(accepted(framed(number, 0, AT_SLOT_90, 1.0)).station(0)).isZero();
        assertThat(accepted(framed(number, -12L, AT_SLOT_90, 1.0)).station(0)).isEqualTo(1);
        assertThat(accepted(framed(number, Long.MAX_VALUE, AT_SLOT_90, 1.0)).station(0))
                .isEqualTo(2);
        assertThat(accepted(framed(number, "Zürich", AT_SLOT_90, 1.0)).station(0))
                .isEqualTo(3);
        assertThat(rejected(framed(number, Long.MIN_VALUE, AT_SLOT_90, 1.0), Reason.UNKNOWN_STATION))
                .contains("-9223372036854775808");
    }

    @Test
    void storesWhatFitsIntoTheVariableAndRefusesTheRest() {
        assertThat(stored(CellType.UINT8, "'int'", 255)).isEqualTo(255);
        assertThat(stored(CellType.INT64, "'long'", Long.MIN_VALUE)).isEqualTo(Long.MIN_VALUE);
        assertThat(stored(CellType.UINT32, "'double'", 4_294_967_295.0)).isEqualTo(4_294_967_295L);
        assertThat(stored(CellType.INT8, "'float'", -128f)).isEqualTo(-128);
        assertThat(stored(CellType.INT8, "'boolean'", true)).isEqualTo(1);
        assertThat(stored(CellType.FLOAT32, "'double'", 0.1)).isEqualTo(Float.floatToRawIntBits(0.1f));
        assertThat(stored(CellType.FLOAT32, "'double'", Double.NaN)).isEqualTo(Float.floatToRawIntBits(Float.NaN));
        assertThat(stored(CellType.FLOAT32, "'double'", Double.NEGATIVE_INFINITY))
                .isEqualTo(Float.floatToRawIntBits(Float.NEGATIVE_INFINITY));
        assertThat(stored(CellType.FLOAT64, "'float'", 0.1f)).isEqualTo(Double.doubleToRawLongBits((double) 0.1f));
        assertThat(stored(CellType.FLOAT64, "'long'", 3L)).isEqualTo(Double.doubleToRawLongBits(3.0));

        refused(CellType.UINT8, "'int'", 256);
        refused(CellType.UINT8, "'int'", -1);
        refused(CellType.INT16, "'long'", 32_768L);
        refused(CellType.INT32, "'double'", 1.5);
        refused(CellType.INT32, "'double'", Double.NaN);
        refused(CellType.INT64, "'double'", 0x1p63);
        refused(CellType.UINT32, "'float'", 5e9f);
        refused(CellType.FLOAT32, "'double'", 1e300);
    }

    private long stored(CellType type, String avro, Object value) {
        decoder = decoder(new TestDataset().variables(TestDataset.variable("a", "a", type)));
        Schema schema = schema("station", "'string'", "time", MICROS, "a", avro);
        return accepted(framed(schema, "ST00000", AT_SLOT_90, value)).bits(0, 0);
    }

    private void refused(CellType type, String avro, Object value) {
        decoder = decoder(new TestDataset().variables(TestDataset.variable("a", "a", type)));
        Schema schema = schema("station", "'string'", "time", MICROS, "a", avro);
        assertThat(rejected(framed(schema, "ST00000", AT_SLOT_90, value), Reason.VALUE))
                .contains("does not fit");
    }

    @Test
    void namesTheFieldThatASchemaLacks() {
        assertThat(rejected(
                        framed(schema("station", "'string'", "a", "'double'"), "ST00000", 1.0), Reason.SCHEMA_UNMAPPED))
                .contains("schema 1 (R)")
                .contains("no field 'time'");
        assertThat(unmapped("'long'", "'double'")).contains("'time'").contains("dataset.time.format");
        assertThat(unmapped("{'type': 'long', 'logicalType': 'local-timestamp-micros'}", "'double'"))
                .contains("'time'");
        assertThat(unmapped(MICROS, "'string'")).contains("a string as field 'a': a number is needed");
        assertThat(unmapped(MICROS, "{'type': 'map', 'values': 'double'}")).contains("a map as field 'a'");
        assertThat(unmapped(MICROS, "['null', 'string']")).contains("'a'");
        assertThat(unmapped(MICROS, "'null'")).contains("'a'");

        decoder = decoder(new TestDataset().fields("time.x", "station"));
        assertThat(unmapped(MICROS, "'double'")).contains("no field 'time.x'").contains("leads into a long");

        int id = registry.register("s", Schema.create(Schema.Type.STRING));
        assertThat(rejected(new byte[] {0, 0, 0, 0, (byte) id, 0}, Reason.SCHEMA_UNMAPPED))
                .contains("(string)");
    }

    private String unmapped(String time, String a) {
        Schema schema = schema("station", "'string'", "time", time, "a", a);
        byte[] value = {0, 0, 0, 0, (byte) registry.register("s", schema)};
        return rejected(value, Reason.SCHEMA_UNMAPPED);
    }

    @Test
    void aBranchThatCannotBeUsedRejectsOnlyTheRecordThatTakesIt() {
        Schema schema = schema("station", "'string'", "time", MICROS, "a", "['null', 'double', 'string']");

        assertThat(rejected(framed(schema, "ST00000", AT_SLOT_90, "n/a"), Reason.VALUE))
                .contains("a string as field 'a'");
        assertThat(accepted(framed(schema, "ST00000", AT_SLOT_90, 2.0)).isPresent(0, 0))
                .isTrue();
    }

    @Test
    void waitsForARegistryThatIsDownAndRejectsWhatItDoesNotKnow() {
        byte[] value =
                framed(schema("station", "'string'", "time", MICROS, "a", "'double'"), "ST00000", AT_SLOT_90, 1.0);
        registry.down(true);
        assertThatThrownBy(() -> decode(value)).isInstanceOf(RegistryUnavailableException.class);
        registry.down(false);
        accepted(value);
        registry.down(true);
        accepted(value);
        registry.down(false);
        rejected(new byte[] {0, 0, 0, 0, 99, 1, 2, 3}, Reason.SCHEMA_UNKNOWN);
        accepted(value);
    }

    @Test
    void refusesBytesThatAreNoRecord() {
        Schema schema = schema("station", "'string'", "time", MICROS, "a", "'double'");
        byte[] value = framed(schema, "ST00000", AT_SLOT_90, 1.0);
        for (int length = 0; length < value.length; length++) {
            rejected(Arrays.copyOf(value, length), Reason.DESERIALIZE);
        }
        assertThat(rejected(Arrays.copyOf(value, value.length + 1), Reason.DESERIALIZE))
                .contains("1 bytes follow");
        rejected(null, Reason.DESERIALIZE);
        byte[] unframed = value.clone();
        unframed[0] = 1;
        rejected(unframed, Reason.DESERIALIZE);
    }

    /** Lengths and counts that lie: negative, enormous, without end. Each must be refused at once and without taking memory. */
    @Test
    void refusesLengthsThatLie() {
        String station = "'string'";
        Schema text = schema("skipped", "'bytes'", "station", station, "time", MICROS, "a", "'double'");
        for (long length : new long[] {-1, Long.MIN_VALUE, 1_000, Integer.MAX_VALUE + 10L, Long.MAX_VALUE}) {
            rejected(raw(text, length), Reason.DESERIALIZE);
        }
        Schema array = schema(
                "skipped", "{'type': 'array', 'items': 'int'}", "station", station, "time", MICROS, "a", "'double'");
        for (long count : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -5}) {
            rejected(raw(array, count), Reason.DESERIALIZE);
            rejected(raw(array, count, Long.MAX_VALUE), Reason.DESERIALIZE);
            rejected(raw(array, count, -1), Reason.DESERIALIZE);
        }
        decoder = decoder(new TestDataset().variables(TestDataset.variable("a", "m.a", CellType.FLOAT64)));
        Schema map = schema("m", "{'type': 'map', 'values': 'double'}", "station", station, "time", MICROS);
        for (long count : new long[] {Long.MAX_VALUE, Long.MIN_VALUE, -5, 7}) {
            rejected(raw(map, count), Reason.DESERIALIZE);
            rejected(raw(map, count, Long.MIN_VALUE), Reason.DESERIALIZE);
            rejected(raw(map, count, 1), Reason.DESERIALIZE);
        }
        byte[] endless = new byte[40];
        Arrays.fill(endless, (byte) 0x80);
        endless[0] = 0;
        endless[1] = 0;
        endless[2] = 0;
        endless[3] = 0;
        endless[4] = (byte) registry.register("s", map);
        rejected(endless, Reason.DESERIALIZE);
    }

    /** A count of things that take no bytes is no work. */
    @Test
    void skipsAnyNumberOfNulls() {
        Schema schema = schema(
                "skipped",
                "{'type': 'array', 'items': 'null'}",
                "station",
                "'string'",
                "time",
                MICROS,
                "a",
                "'double'");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(raw(schema, Long.MAX_VALUE, 0));
        byte[] whole = framed(schema, List.of(), "ST00000", AT_SLOT_90, 1.0);
        bytes.write(whole, 6, whole.length - 6);

        accepted(bytes.toByteArray());
    }

    @Test
    void skipsRecordsThatContainThemselves() {
        String list =
                "{'type': 'record', 'name': 'Node', 'fields': [{'name': 'v', 'type': 'double'}, {'name': 'next', 'type': ['null', 'Node']}]}";
        Schema schema = schema("skipped", list, "station", "'string'", "time", MICROS, "a", "'double'");
        Schema node = schema.getField("skipped").schema();
        assertThat(accepted(framed(schema, nodes(node, 100), "ST00000", AT_SLOT_90, 1.0))
                        .bits(0, 0))
                .isEqualTo(Double.doubleToRawLongBits(1.0));
        assertThat(rejected(framed(schema, nodes(node, 300), "ST00000", AT_SLOT_90, 1.0), Reason.DESERIALIZE))
                .contains("nested deeper");
    }

    private static GenericRecord nodes(Schema node, int depth) {
        GenericRecord last = new GenericData.Record(node);
        last.put("v", 0.0);
        for (int i = 1; i < depth; i++) {
            GenericRecord before = new GenericData.Record(node);
            before.put("v", 1.0);
            before.put("next", last);
            last = before;
        }
        return last;
    }

    /** Types that multiply without end are refused instead of compiled. */
    @Test
    void refusesSchemasThatWouldNeedTooMuchCode() {
        StringBuilder fields = new StringBuilder();
        String previous = "'long'";
        for (int level = 0; level < 24; level++) {
            previous = "{'type': 'record', 'name': 'L" + level + "', 'fields': [{'name': 'x', 'type': " + previous
                    + "}, {'name': 'y', 'type': " + (level == 0 ? "'long'" : "'L" + (level - 1) + "'") + "}]}";
        }
        fields.append(previous);
        Schema schema = schema("skipped", fields.toString(), "station", "'string'", "time", MICROS, "a", "'double'");
        byte[] value = {0, 0, 0, 0, (byte) registry.register("s", schema)};

        assertThat(rejected(value, Reason.SCHEMA_UNMAPPED)).contains("too large");
    }

    private byte[] raw(Schema schema, long... numbers) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {0, 0, 0, 0, (byte) registry.register("s", schema)});
        for (long number : numbers) {
            long rest = number << 1 ^ number >> 63;
            while ((rest & ~0x7FL) != 0) {
                bytes.write((int) ((rest & 0x7F) | 0x80));
                rest >>>= 7;
            }
            bytes.write((int) rest);
        }
        return bytes.toByteArray();
    }

    @Test
    void acceptingAllocatesNothing() {
        Schema schema = schema("station", "'string'", "time", MICROS, "a", "['null', 'double']");
        byte[] value = framed(schema, "ST00003", AT_SLOT_90, 1.0);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        for (int i = 0; i < 50_000; i++) {
            decode(value);
        }
        buffers.discard();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 20_000; i++) {
            decode(value);
        }
        assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(20_000);
        assertThat(buffers.rows()).isEqualTo(20_000);
    }

    @Test
    void variablesKeepTheirPlacesWhenThereAreMany() {
        VariableSettings[] variables = new VariableSettings[100];
        List<String> fields = new ArrayList<>(List.of("station", "'string'", "time", MICROS));
        List<Object> values = new ArrayList<>(List.of("ST00000", AT_SLOT_90));
        for (int i = 0; i < 100; i++) {
            variables[99 - i] = TestDataset.variable("v" + i, "v" + i, CellType.INT32);
            fields.addAll(List.of("v" + i, "'int'"));
            values.add(i);
        }
        decoder = decoder(new TestDataset().variables(variables));

        Block block = accepted(framed(schema(fields.toArray(String[]::new)), values.toArray()));

        for (int i = 0; i < 100; i++) {
            assertThat(block.bits(99 - i, 0)).isEqualTo(i);
        }
    }
}
