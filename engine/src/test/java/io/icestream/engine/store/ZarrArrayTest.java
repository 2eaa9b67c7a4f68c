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
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.FillValue;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

    private Session tip() {
        return repository.readonlySession(Version.branch("main"));
    }
}
