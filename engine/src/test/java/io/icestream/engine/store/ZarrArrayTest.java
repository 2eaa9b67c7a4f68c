package io.icestream.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkGrid;
import io.icestream.engine.zarr.ChunkLengths;
import io.icestream.engine.zarr.Codec;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.Endian;
import io.icestream.engine.zarr.FillValue;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import io.icestream.engine.zarr.Selection;
import io.icestream.engine.zarr.TimeUnit64;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Arrays and groups by elements, over real sessions. */
class ZarrArrayTest {
    private static final NodePath PATH = NodePath.of("/a");

    private final Repository repository =
            Repository.create(new InMemoryStorage("arrays", InstantSource.system()), RepositoryOptions.defaults());

    @AfterEach
    void close() {
        repository.close();
    }

    private static ArrayMetadata metadata(long rows, long columns) {
        return ArrayMetadata.builder(DataType.FLOAT64, new long[] {rows, columns}, new long[] {4, 3})
                .fillValue(FillValue.nan(DataType.FLOAT64))
                .build();
    }

    @Test
    void whatWasNeverWrittenReadsAsTheFillValue() {
        ZarrArray array = ZarrArray.create(repository.writableSession("main"), PATH, metadata(5, 5));
        assertThat(array.readAll().doubles()).containsOnly(Double.NaN).hasSize(25);
        assertThat(array.read(new Region(new long[] {2, 2}, new long[] {0, 3})).size())
                .isZero();
    }

    @Test
    void regionsAreReadAndWrittenAcrossChunksLikeAPlainArray() {
        long seed = 20261121;
        Random random = new Random(seed);
        int rows = 11;
        int columns = 10;
        double[][] model = new double[rows][columns];
        Arrays.stream(model).forEach(row -> Arrays.fill(row, Double.NaN));
        WritableSession session = repository.writableSession("main");
        ZarrArray array = ZarrArray.create(session, PATH, metadata(rows, columns));
        for (int round = 0; round < 60; round++) {
            int[] origin = {random.nextInt(rows), random.nextInt(columns)};
            int[] shape = {1 + random.nextInt(rows - origin[0]), 1 + random.nextInt(columns - origin[1])};
            double[] block = random.doubles((long) shape[0] * shape[1]).toArray();
            array.write(new long[] {origin[0], origin[1]}, NdArray.of(block, shape));
            for (int i = 0; i < block.length; i++) {
                model[origin[0] + i / shape[1]][origin[1] + i % shape[1]] = block[i];
            }
            assertThat(array.readAll().doubles())
                    .as("seed %s, round %s", seed, round)
                    .containsExactly(
                            Arrays.stream(model).flatMapToDouble(Arrays::stream).toArray());
        }
        session.commit(CommitRequest.of("random")).orThrow();
        ZarrArray committed = ZarrArray.open(tip(), PATH);
        assertThat(committed
                        .read(new Region(new long[] {3, 2}, new long[] {6, 7}))
                        .doubles())
                .containsExactly(IntStream.range(3, 9)
                        .mapToObj(row -> Arrays.copyOfRange(model[row], 2, 9))
                        .flatMapToDouble(Arrays::stream)
                        .toArray());
    }

    @Test
    void whatAShrinkTakesAwayDoesNotComeBack() {
        WritableSession session = repository.writableSession("main");
        ZarrArray array = ZarrArray.create(session, PATH, metadata(12, 3));
        array.write(
                new long[] {0, 0},
                NdArray.of(IntStream.range(0, 36).asDoubleStream().toArray(), 12, 3));
        session.commit(CommitRequest.of("full")).orThrow();

        WritableSession shrink = repository.writableSession("main");
        ZarrArray.open(shrink, PATH).resize(5, 3);
        assertThat(shrink.chunkIndices(PATH)).containsExactlyInAnyOrder(ChunkIndex.of(0, 0), ChunkIndex.of(1, 0));
        ZarrArray.open(shrink, PATH).resize(12, 3);
        assertFirstFive(ZarrArray.open(shrink, PATH));
        shrink.commit(CommitRequest.of("shrunk and grown in one session")).orThrow();
        assertFirstFive(ZarrArray.open(tip(), PATH));
    }

    private static void assertFirstFive(ZarrArray array) {
        double[] values = array.readAll().doubles();
        assertThat(Arrays.copyOf(values, 15))
                .containsExactly(IntStream.range(0, 15).asDoubleStream().toArray());
        assertThat(Arrays.copyOfRange(values, 15, 36)).containsOnly(Double.NaN);
    }

    @Test
    void stringsAndScalarsAreArraysToo() {
        WritableSession session = repository.writableSession("main");
        ZarrArray strings = ZarrArray.create(
                session,
                PATH,
                ArrayMetadata.builder(DataType.STRING, new long[] {5}, new long[] {2})
                        .build());
        strings.write(new long[] {1}, NdArray.of(new String[] {"", "ü€", "c"}, 3));
        ZarrArray scalar = ZarrArray.create(
                session,
                NodePath.of("/s"),
                ArrayMetadata.builder(DataType.INT64, new long[0], new long[0]).build());
        scalar.write(new long[0], NdArray.of(new long[] {7}));
        session.commit(CommitRequest.of("strings")).orThrow();

        assertThat(ZarrArray.open(tip(), PATH).readAll().strings()).containsExactly("", "", "ü€", "c", "");
        assertThat(ZarrArray.open(tip(), NodePath.of("/s")).readAll().longs()).containsExactly(7);
    }

    @Test
    void refusesWhatDoesNotFit() {
        WritableSession session = repository.writableSession("main");
        ZarrArray array = ZarrArray.create(session, PATH, metadata(5, 5));
        assertThatThrownBy(() -> array.write(new long[] {4, 0}, NdArray.of(new double[2], 2, 1)))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> array.write(new long[] {0, 0}, NdArray.of(new float[1], 1, 1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("float64");
        assertThatThrownBy(() -> array.read(new Region(new long[] {0}, new long[] {1})))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> array.resize(5)).isInstanceOf(IllegalArgumentException.class);
        session.commit(CommitRequest.of("a")).orThrow();
        assertThatThrownBy(() -> ZarrArray.open(tip(), PATH).write(new long[] {0, 0}, NdArray.of(new double[1], 1, 1)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("only reads");
        assertThatThrownBy(() -> ZarrArray.open(tip(), NodePath.of("/b"))).isInstanceOf(NotFoundException.class);
    }

    @Test
    void groupsHaveAttributesAndChildren() {
        WritableSession session = repository.writableSession("main");
        ZarrGroup root = ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
        ZarrGroup group = root.createGroup("g", GroupMetadata.empty());
        group.createArray("x", metadata(1, 1));
        root.createArray("y", metadata(1, 1));
        group.replaceAttributes(JsonNodeFactory.instance.objectNode().put("n", 1));
        session.commit(CommitRequest.of("groups")).orThrow();

        ZarrGroup read = ZarrGroup.open(tip(), NodePath.ROOT);
        assertThat(read.children()).containsExactly(NodePath.of("/g"), NodePath.of("/y"));
        assertThat(read.group("g").attributes().toString()).isEqualTo("{\"n\":1}");
        assertThat(read.array("g/x").metadata()).isEqualTo(metadata(1, 1));
        assertThatThrownBy(() -> read.createGroup("h", GroupMetadata.empty()))
                .isInstanceOf(IllegalStateException.class);
    }

    private static List<ArrayMetadata> layouts() {
        DataType type = DataType.INT32;
        long[] shape = {11, 10};
        CodecChain sharded = CodecChain.of(
                Codec.sharding(CodecChain.of(Codec.transpose(1, 0), Codec.bytes(Endian.LITTLE), Codec.zstd(1)), 2, 3));
        return List.of(
                ArrayMetadata.builder(type, shape, new long[] {4, 3})
                        .fillValue(7)
                        .build(),
                ArrayMetadata.builder(type, shape, new long[] {8, 6})
                        .codecs(sharded)
                        .fillValue(7)
                        .build(),
                ArrayMetadata.builder(
                                type,
                                ChunkGrid.rectilinear(
                                        shape, List.of(ChunkLengths.of(1, 5, 2, 2, 2), ChunkLengths.every(4))))
                        .fillValue(7)
                        .build(),
                ArrayMetadata.builder(
                                type,
                                ChunkGrid.rectilinear(shape, List.of(ChunkLengths.of(4, 8), ChunkLengths.of(3, 9))))
                        .codecs(sharded)
                        .fillValue(7)
                        .build());
    }

    @ParameterizedTest
    @MethodSource("layouts")
    void everyWayToReadAndWriteAgreesWithPlainLoops(ArrayMetadata layout) {
        long seed = 20261121;
        Random random = new Random(seed);
        int rows = 11;
        int columns = 10;
        int[] model = new int[rows * columns];
        Arrays.fill(model, 7);
        WritableSession session = repository.writableSession("main");
        ZarrArray array = ZarrArray.create(session, PATH, layout);
        for (int round = 0; round < 120; round++) {
            int[] origin = {random.nextInt(rows), random.nextInt(columns)};
            int[] shape = {1 + random.nextInt(rows - origin[0]), 1 + random.nextInt(columns - origin[1])};
            boolean clear = random.nextBoolean();
            int[] block =
                    random.ints((long) shape[0] * shape[1], 7, clear ? 8 : 10).toArray();
            Region region = new Region(new long[] {origin[0], origin[1]}, new long[] {shape[0], shape[1]});
            if (random.nextBoolean()) {
                array.write(region.origin(), NdArray.of(block, shape));
            } else {
                ByteBuffer buffer = ByteBuffer.allocate(4 * block.length);
                buffer.asIntBuffer().put(block);
                array.write(region, buffer);
            }
            for (int i = 0; i < block.length; i++) {
                model[(origin[0] + i / shape[1]) * columns + origin[1] + i % shape[1]] = block[i];
            }
            String what = "seed " + seed + ", round " + round + ", " + layout.chunkGrid();
            assertThat(array.readAll().ints()).as(what).isEqualTo(model);
            assertStrided(array, model, random, what);
            assertStoredAreNotEmpty(session, array, what);
        }
    }

    private static void assertStrided(ZarrArray array, int[] model, Random random, String what) {
        int[] start = {random.nextInt(11), random.nextInt(10)};
        int[] stop = {start[0] + random.nextInt(12 - start[0]), start[1] + random.nextInt(11 - start[1])};
        int[] step = {1 + random.nextInt(13), 1 + random.nextInt(4)};
        List<Integer> expected = new ArrayList<>();
        for (int i = start[0]; i < stop[0]; i += step[0]) {
            for (int j = start[1]; j < stop[1]; j += step[1]) {
                expected.add(model[i * 10 + j]);
            }
        }
        Selection selection = Selection.of(longs(start), longs(stop), longs(step));
        assertThat(array.read(selection).ints())
                .as("%s, %s", what, selection)
                .isEqualTo(expected.stream().mapToInt(Integer::intValue).toArray());
        Region bounds = selection.bounds();
        int height = (int) bounds.length(0);
        int width = (int) bounds.length(1);
        int[] own = new int[(height + 2) * (width + 3)];
        Arrays.fill(own, -5);
        array.readInto(bounds, NdArray.of(own, height + 2, width + 3), 1, 2);
        for (int i = 0; i < own.length; i++) {
            int row = i / (width + 3) - 1;
            int column = i % (width + 3) - 2;
            boolean inside = row >= 0 && row < height && column >= 0 && column < width;
            assertThat(own[i])
                    .as("%s, %s, entry %s", what, bounds, i)
                    .isEqualTo(inside ? model[(start[0] + row) * 10 + start[1] + column] : -5);
        }
        ByteBuffer buffer = ByteBuffer.allocate(4 * height * width).order(ByteOrder.LITTLE_ENDIAN);
        array.readInto(bounds, buffer);
        assertThat(buffer.hasRemaining()).isFalse();
    }

    private static void assertStoredAreNotEmpty(Session session, ZarrArray array, String what) {
        ArrayMetadata metadata = array.metadata();
        List<ChunkIndex> chunks = session.chunkIndices(PATH).toList();
        for (ChunkIndex chunk : chunks) {
            ByteBuffer stored = session.readChunk(PATH, chunk).orElseThrow();
            assertThat(metadata.fillValue().fills(metadata.decodeChunk(chunk.toArray(), stored)))
                    .as("%s, chunk %s", what, chunk)
                    .isFalse();
        }
    }

    private static long[] longs(int... values) {
        return Arrays.stream(values).asLongStream().toArray();
    }

    @Test
    void chunksOfFillValueAreStoredOnlyIfAskedFor() {
        WritableSession session = repository.writableSession("main");
        ZarrArray array = ZarrArray.create(session, PATH, metadata(8, 6));
        double[] nothing = new double[48];
        Arrays.fill(nothing, Double.NaN);
        array.write(new long[2], NdArray.of(nothing, 8, 6));
        assertThat(session.chunkIndices(PATH)).isEmpty();
        array.write(new long[2], NdArray.of(nothing, 8, 6), EmptyChunks.STORE);
        assertThat(session.chunkIndices(PATH)).hasSize(4);
        array.write(new long[] {0, 0}, NdArray.of(new double[] {1, 2}, 2, 1));
        array.write(new long[] {4, 0}, NdArray.of(Arrays.copyOf(nothing, 12), 4, 3));
        assertThat(session.chunkIndices(PATH))
                .containsExactlyInAnyOrder(ChunkIndex.of(0, 0), ChunkIndex.of(0, 1), ChunkIndex.of(1, 1));
        array.write(new long[] {1, 0}, NdArray.of(new double[] {Double.NaN}, 1, 1));
        assertThat(array.readAll().doubleAt(0)).isEqualTo(1);
        array.write(new long[] {0, 0}, NdArray.of(new double[] {Double.NaN}, 1, 1));
        assertThat(session.chunkIndices(PATH)).containsExactlyInAnyOrder(ChunkIndex.of(0, 1), ChunkIndex.of(1, 1));
    }

    @Test
    void findsCoordinatesByTheNameOfTheDimension() {
        WritableSession session = repository.writableSession("main");
        ArrayMetadata times = ArrayMetadata.builder(DataType.INT64, new long[] {5}, new long[] {5})
                .dimensionNames("time")
                .attributes(JsonNodeFactory.instance.objectNode().put("units", "days since 2000-02-28"))
                .build();
        ZarrArray.create(session, NodePath.of("/time"), times).write(new long[] {2}, NdArray.of(new long[] {2}, 1));
        ZarrArray.create(session, NodePath.of("/short"), times.withShape(3));
        ZarrGroup.create(session, NodePath.of("/group"), GroupMetadata.empty());
        for (String name : List.of("time", "short", "group", "absent", "a/b", "")) {
            ArrayMetadata metadata = ArrayMetadata.builder(DataType.INT8, new long[] {5}, new long[] {5})
                    .dimensionNames(name)
                    .build();
            ZarrArray array = ZarrArray.create(session, PATH, metadata);
            assertThat(array.coordinate(0).isPresent()).as(name).isEqualTo(name.equals("time"));
            array.coordinate(0)
                    .ifPresent(coordinate -> assertThat(coordinate
                                    .cfTime()
                                    .orElseThrow()
                                    .at(coordinate.readAll().longAt(2)))
                            .map(CfDateTime::toString)
                            .contains("2000-03-01T00:00:00Z"));
            assertThat(array.cfTime()).isEmpty();
            session.delete(PATH);
        }
    }

    @Test
    void appendsAlongAnyDimension() {
        WritableSession session = repository.writableSession("main");
        for (ArrayMetadata layout : layouts()) {
            ZarrArray array = ZarrArray.create(session, PATH, layout.withShape(0, 2));
            assertThat(array.append(NdArray.of(new int[] {1, 2, 3, 4, 5, 6}, 3, 2), 0))
                    .isZero();
            assertThat(array.append(NdArray.of(new int[] {8, 9, 10}, 3, 1), 1)).isEqualTo(2);
            assertThat(array.append(NdArray.of(new int[] {11, 12, 13}, 1, 3), 0))
                    .isEqualTo(3);
            assertThat(array.readAll().ints()).containsExactly(1, 2, 8, 3, 4, 9, 5, 6, 10, 11, 12, 13);
            assertThatThrownBy(() -> array.append(NdArray.of(new int[] {1, 2}, 1, 2), 0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("dimension 1 has length 3");
            assertThat(array.metadata().shape()).containsExactly(4, 3);
            session.delete(PATH);
        }
    }

    @Test
    void everyDataTypeGoesThroughACommit() {
        WritableSession session = repository.writableSession("main");
        DataType point = DataType.struct(
                List.of(new DataType.Field("x", DataType.FLOAT32), new DataType.Field("n", DataType.INT16)));
        NdArray texts = NdArray.ofTexts(DataType.fixedLengthUtf32(3), new String[] {"a", "", "ü🧊"}, 3);
        NdArray blobs = NdArray.of(new byte[][] {{1}, {}, {2, 3}}, 3);
        NdArray times =
                NdArray.of(DataType.datetime64(TimeUnit64.MILLISECONDS, 1), new long[] {0, Long.MIN_VALUE, 1500}, 3);
        NdArray points =
                NdArray.of(point, new byte[] {0, 0, (byte) 0x80, 0x3f, 5, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6}, 3);
        for (NdArray values : List.of(texts, blobs, times, points)) {
            String name = values.dataType().kind().name();
            ArrayMetadata metadata = ArrayMetadata.builder(values.dataType(), new long[] {3}, new long[] {2})
                    .build();
            ZarrArray.create(session, NodePath.of("/" + name), metadata).write(new long[1], values);
        }
        session.commit(CommitRequest.of("types")).orThrow();
        assertThat(tip(texts).stringAt(2)).isEqualTo("ü🧊");
        assertThat(tip(blobs).bytesAt(2)).containsExactly(2, 3);
        assertThat(tip(times).stringAt(2)).isEqualTo("1970-01-01T00:00:01.500Z");
        assertThat(tip(times).instantAt(1)).isEmpty();
        assertThat(tip(points).stringAt(0)).isEqualTo("{\"x\":1.0,\"n\":5}");
    }

    private NdArray tip(NdArray like) {
        return ZarrArray.open(tip(), NodePath.of("/" + like.dataType().kind().name()))
                .readAll();
    }

    private Session tip() {
        return repository.readonlySession(Version.branch("main"));
    }
}
