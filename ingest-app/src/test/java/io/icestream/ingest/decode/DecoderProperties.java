package io.icestream.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The compiled decoder against Avro's own reader: random schemas that hold the mapped fields among others, random records, what came out
 * of the bytes compared with what Avro reads from them and java.math makes of it. Then the same bytes damaged.
 */
class DecoderProperties {

    private static final SourcePartition SOURCE = new SourcePartition("observations", 0);
    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final List<Schema.Type> NUMBERS =
            List.of(Schema.Type.INT, Schema.Type.LONG, Schema.Type.FLOAT, Schema.Type.DOUBLE, Schema.Type.BOOLEAN);
    private static final List<String> LABELS = List.of("A", "B", "ST00001", "7", "-3", "");

    /** One generated case: settings, schema and decoder. */
    private static final class Case {

        final Random random;
        final RandomSchemas schemas;
        final Map<String, CellType> variables = new HashMap<>();
        final Map<String, Schema> leaves = new HashMap<>();
        final DatasetSettings dataset;
        final DatasetGrid grid;
        final Schema schema;
        final ObservationDecoder decoder;
        final BlockBuffers buffers;

        Case(long seed) {
            random = new Random(seed);
            schemas = new RandomSchemas(random);
            String timeField = path("time");
            String stationField = path("label");
            leaves.put(timeField, LogicalTypes.timestampMicros().addToSchema(Schema.create(Schema.Type.LONG)));
            leaves.put(stationField, stationType());
            TestDataset test = new TestDataset()
                    .origin(ORIGIN)
                    .format(TimeFormat.AUTO)
                    .rounding(Rounding.FLOOR)
                    .stations(LABELS, 4)
                    .fields(timeField, stationField);
            test.variables(IntStream.range(0, random.nextInt(1, 6))
                    .mapToObj(i -> {
                        String field = path("v" + i);
                        CellType type = CellType.valueOf(List.of(
                                        "INT8", "INT16", "INT32", "INT64", "UINT8", "UINT16", "UINT32", "FLOAT32",
                                        "FLOAT64")
                                .get(random.nextInt(9)));
                        variables.put(field, type);
                        leaves.put(field, numberType());
                        return TestDataset.variable("v" + i, field, type);
                    })
                    .toArray(VariableSettings[]::new));
            dataset = test.build();
            grid = new DatasetGrid(dataset);
            schema = schemas.recordWith(leaves);
            decoder = new ObservationDecoder(
                    dataset,
                    grid,
                    Duration.ZERO,
                    new FixedRegistry(schema),
                    InstantSource.fixed(ORIGIN.plus(Duration.ofDays(3_000))));
            buffers = new BlockBuffers(grid, dataset.variables().size(), "i");
        }

        private String path(String name) {
            return switch (random.nextInt(4)) {
                case 0 -> "n1." + name;
                case 1 -> "n1.n2." + name;
                case 2 -> "p" + name + ".xy";
                default -> name;
            };
        }

        private Schema numberType() {
            if (random.nextInt(4) == 0) {
                return Schema.createUnion(
                        Schema.create(Schema.Type.STRING),
                        Schema.create(Schema.Type.INT),
                        Schema.create(Schema.Type.NULL),
                        Schema.create(Schema.Type.DOUBLE));
            }
            return Schema.create(NUMBERS.get(random.nextInt(NUMBERS.size())));
        }

        private Schema stationType() {
            return switch (random.nextInt(3)) {
                case 0 -> Schema.create(Schema.Type.STRING);
                case 1 -> Schema.createEnum("Station", null, "t", List.of("A", "B", "ST00001", "UNKNOWN"));
                default -> Schema.create(random.nextBoolean() ? Schema.Type.INT : Schema.Type.LONG);
            };
        }

        /** A random record; time and station mostly ones that can be placed. */
        GenericRecord record() {
            GenericRecord record = (GenericRecord) Objects.requireNonNull(schemas.value(schema));
            if (random.nextInt(10) > 0) {
                put(
                        record,
                        dataset.time().field(),
                        ORIGIN.getEpochSecond() * 1_000_000 + random.nextInt(Integer.MAX_VALUE) * 1_000L);
                Schema type =
                        Objects.requireNonNull(leaves.get(dataset.stations().field()));
                put(
                        record,
                        dataset.stations().field(),
                        switch (type.getType()) {
                            case STRING -> LABELS.get(random.nextInt(LABELS.size()));
                            case INT -> 7;
                            case LONG -> -3L;
                            default -> new GenericData.EnumSymbol(type, "B");
                        });
            }
            return record;
        }

        private static void put(GenericRecord record, String path, Object value) {
            int dot = path.indexOf('.');
            if (dot < 0) {
                record.put(path, value);
            } else if (record.get(path.substring(0, dot)) instanceof GenericRecord nested) {
                put(nested, path.substring(dot + 1), value);
            } else if (record.get(path.substring(0, dot)) instanceof Map<?, ?> map) {
                @SuppressWarnings("unchecked") // the generator makes maps from texts
                Map<String, Object> target = (Map<String, Object>) map;
                target.put(path.substring(dot + 1), value);
            }
        }

        byte[] encode(GenericRecord record) throws IOException {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            bytes.writeBytes(new byte[] {0, 0, 0, 0, 1});
            // The blocking encoder writes arrays and maps in blocks with their sizes, the other one without.
            BinaryEncoder encoder = random.nextBoolean()
                    ? new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(bytes, null)
                    : EncoderFactory.get().binaryEncoder(bytes, null);
            new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
            encoder.flush();
            return bytes.toByteArray();
        }

        GenericRecord read(byte[] value) throws IOException {
            return new GenericDatumReader<GenericRecord>(schema)
                    .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
        }

        boolean decode(byte[] value) {
            return decoder.decode(value, SOURCE, 1, 1, TimestampOrigin.PRODUCER, buffers);
        }

        Block drained() {
            List<Block> blocks = new ArrayList<>();
            buffers.drain((chunk, bytes) -> blocks.add(Block.decode(bytes)));
            assertThat(blocks).hasSize(1);
            return blocks.get(0);
        }
    }

    private static @Nullable Object at(@Nullable Object value, String path) {
        if (value instanceof GenericRecord record) {
            int dot = path.indexOf('.');
            return dot < 0 ? record.get(path) : at(record.get(path.substring(0, dot)), path.substring(dot + 1));
        }
        return value instanceof Map<?, ?> map ? map.get(new Utf8(path)) : null;
    }

    /** What the variable should hold: bits, or null for nothing; throws if the value does not fit. */
    private static @Nullable Long expectedBits(@Nullable Object value, CellType type) {
        if (value == null) {
            return null;
        }
        Object number = value instanceof Boolean flag ? (Object) (flag ? 1 : 0) : value;
        if (!(number instanceof Number numeric)) {
            throw new ArithmeticException("no number");
        }
        if (type == CellType.FLOAT64) {
            return Double.doubleToRawLongBits(numeric.doubleValue());
        }
        if (type == CellType.FLOAT32) {
            float narrow = number instanceof Double ? (float) numeric.doubleValue() : numeric.floatValue();
            if (Float.isInfinite(narrow) && !Double.isInfinite(numeric.doubleValue())) {
                throw new ArithmeticException("too large");
            }
            return (long) Float.floatToRawIntBits(narrow);
        }
        return exact(numeric, type);
    }

    private static long exact(Number number, CellType type) {
        boolean whole = number instanceof Integer || number instanceof Long;
        double wide = number.doubleValue();
        if (!whole && (Double.isNaN(wide) || Double.isInfinite(wide))) {
            throw new ArithmeticException("not finite");
        }
        BigInteger exact = whole ? BigInteger.valueOf(number.longValue()) : new BigDecimal(wide).toBigIntegerExact();
        boolean unsigned = type.name().startsWith("U");
        int bits = Integer.parseInt(type.name().replaceAll("\\D", ""));
        boolean fits = unsigned ? exact.signum() >= 0 && exact.bitLength() <= bits : exact.bitLength() < bits;
        if (!fits) {
            throw new ArithmeticException("does not fit");
        }
        return exact.longValueExact();
    }

    /** Compares one record and tells what became of it: the name of a reason, or "accepted". */
    private static String check(long seed, Case generated, byte[] value) throws IOException {
        GenericRecord record = generated.read(value);
        @Nullable Reason expected = null;
        Map<String, @Nullable Long> bits = new HashMap<>();
        for (Map.Entry<String, CellType> variable : generated.variables.entrySet()) {
            try {
                bits.put(variable.getKey(), expectedBits(at(record, variable.getKey()), variable.getValue()));
            } catch (ArithmeticException e) {
                expected = Reason.VALUE;
            }
        }
        Object time = at(record, generated.dataset.time().field());
        Object station = at(record, generated.dataset.stations().field());
        int index = station == null ? -1 : LABELS.indexOf(station.toString());
        if (expected == null) {
            expected = expectedPlace(time, index);
        }

        boolean accepted = generated.decode(value);

        String what = "seed " + seed + ", schema " + generated.schema;
        if (expected != null) {
            assertThat(accepted).as(what).isFalse();
            assertThat(generated.decoder.reason())
                    .as("%s: %s", what, generated.decoder.detail())
                    .isEqualTo(expected);
            return expected.name();
        }
        assertThat(accepted)
                .as("%s: %s", what, accepted ? "" : generated.decoder.detail())
                .isTrue();
        Block block = generated.drained();
        assertThat(generated.decoder.eventMicros()).as(what).isEqualTo(time);
        assertThat(block.station(0)).as(what).isEqualTo(index);
        for (int variable = 0; variable < block.variables(); variable++) {
            Long wanted = bits.get(generated.dataset.variables().get(variable).field());
            assertThat(block.isPresent(variable, 0)).as(what).isEqualTo(wanted != null);
            if (wanted != null) {
                assertThat(sameBits(
                                block.bits(variable, 0),
                                wanted,
                                generated.dataset.variables().get(variable).type()))
                        .as("%s: %s %s", what, block.bits(variable, 0), wanted)
                        .isTrue();
            }
        }
        return "accepted";
    }

    /** Any NaN is as good as another: a conversion between float and double may make it a quiet one. */
    private static boolean sameBits(long found, long wanted, CellType type) {
        if (found == wanted) {
            return true;
        }
        return type == CellType.FLOAT64
                ? Double.isNaN(Double.longBitsToDouble(found)) && Double.isNaN(Double.longBitsToDouble(wanted))
                : type == CellType.FLOAT32
                        && Float.isNaN(Float.intBitsToFloat((int) found))
                        && Float.isNaN(Float.intBitsToFloat((int) wanted));
    }

    private static @Nullable Reason expectedPlace(@Nullable Object time, int station) {
        if (time == null) {
            return Reason.TIME_MISSING;
        }
        long micros = (Long) time;
        if (micros > (ORIGIN.getEpochSecond() + 3_000L * 86_400) * 1_000_000) {
            return Reason.FUTURE_TIMESTAMP;
        }
        if (micros < ORIGIN.getEpochSecond() * 1_000_000) {
            return Reason.BEFORE_ORIGIN;
        }
        return station < 0 ? Reason.UNKNOWN_STATION : null;
    }

    @Test
    void readsWhatAvroReads() throws IOException {
        Map<String, Integer> outcomes = new TreeMap<>();
        for (long seed = 0; seed < 900; seed++) {
            Case generated = new Case(seed);
            for (int i = 0; i < 6; i++) {
                outcomes.merge(check(seed, generated, generated.encode(generated.record())), 1, Integer::sum);
            }
        }
        assertThat(outcomes)
                .containsOnlyKeys(
                        "accepted", "BEFORE_ORIGIN", "FUTURE_TIMESTAMP", "TIME_MISSING", "UNKNOWN_STATION", "VALUE");
        assertThat(outcomes.get("accepted")).as("%s", outcomes).isGreaterThan(1_200);
    }

    /** Cut anywhere, a record is never taken for another one; with a byte more, neither. */
    @Test
    void refusesRecordsThatAreCutOrTooLong() throws IOException {
        for (long seed = 0; seed < 90; seed++) {
            Case generated = new Case(seed);
            byte[] value = generated.encode(generated.record());
            for (int length = 0; length < value.length; length++) {
                assertThat(generated.decode(Arrays.copyOf(value, length)))
                        .as("seed %d cut to %d of %d", seed, length, value.length)
                        .isFalse();
            }
            assertThat(generated.decode(Arrays.copyOf(value, value.length + 1)))
                    .as("seed %d", seed)
                    .isFalse();
        }
    }

    /** Any damage ends in a row or a reason, soon, and in nothing else. */
    @Test
    void survivesFlippedBits() throws IOException {
        for (long seed = 0; seed < 60; seed++) {
            Case generated = new Case(seed);
            byte[] value = generated.encode(generated.record());
            for (int bit = 40; bit < value.length * 8; bit++) {
                byte[] damaged = value.clone();
                damaged[bit >>> 3] ^= (byte) (1 << (bit & 7));
                if (!generated.decode(damaged)) {
                    assertThat(generated.decoder.detail())
                            .as("seed %d, bit %d", seed, bit)
                            .isNotEmpty();
                }
            }
            generated.buffers.discard();
        }
    }
}
