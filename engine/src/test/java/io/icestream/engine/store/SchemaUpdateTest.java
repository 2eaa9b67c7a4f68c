package io.icestream.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Evolution of a data set of two dimensions, time and station: what one commit makes of it, and that nobody sees half of one. */
class SchemaUpdateTest {
    private static final NodePath GROUP = NodePath.of("/weather");
    private static final int STATIONS = 2;

    private final Repository repository =
            Repository.create(new InMemoryStorage("schema", InstantSource.system()), RepositoryOptions.defaults());

    @BeforeEach
    void create() {
        commit("create", session -> {
            ZarrGroup root = ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
            root.createGroup("weather", GroupMetadata.of(attributes("title", "weather")));
            SchemaUpdate.of(session, GROUP)
                    .add("time", metadata(3, "time"), numbers(3))
                    .add("station", metadata(STATIONS, "station"), numbers(STATIONS))
                    .add("temp", metadata(3, STATIONS), numbers(3, STATIONS))
                    .add("rain", metadata(3, STATIONS))
                    .apply();
        });
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private static ArrayMetadata metadata(long length, String dimension) {
        return ArrayMetadata.builder(DataType.INT32, new long[] {length}, new long[] {4})
                .dimensionNames(dimension)
                .build();
    }

    private static ArrayMetadata metadata(long hours, long stations) {
        return ArrayMetadata.builder(DataType.INT32, new long[] {hours, stations}, new long[] {2, 1})
                .dimensionNames("time", "station")
                .fillValue(-1)
                .attributes(attributes("units", "1"))
                .build();
    }

    private static NdArray numbers(int... shape) {
        int size = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
        return NdArray.of(IntStream.range(0, size).toArray(), shape);
    }

    private static ObjectNode attributes(String name, String value) {
        return JsonNodeFactory.instance.objectNode().put(name, value);
    }

    private void commit(String message, Consumer<WritableSession> change) {
        repository.transact("main", CommitRequest.of(message), change);
    }

    private Session tip() {
        return repository.readonlySession(Version.branch("main"));
    }

    private int[] ints(String name) {
        return ZarrArray.open(tip(), GROUP.resolve(name)).readAll().ints();
    }

    private static Set<String> names(Session session) {
        TreeSet<String> names = new TreeSet<>();
        ZarrGroup.open(session, GROUP).children().forEach(child -> names.add(child.name()));
        return names;
    }

    @Test
    void addsRemovesAppendsAndDescribesInOneCommit() {
        long before =
                repository.history(repository.findBranch("main").orElseThrow()).count();
        commit(
                "evolve",
                session -> SchemaUpdate.of(session, GROUP)
                        .remove("rain")
                        .add("humidity", metadata(3, STATIONS))
                        .append(
                                "time",
                                Map.of(
                                        "time", NdArray.of(new int[] {3, 4}, 2),
                                        "humidity", NdArray.of(new int[] {50, 51, 52, 53}, 2, STATIONS)))
                        .mergeAttributes("temp", attributes("long_name", "temperature"))
                        .mergeAttributes(attributes("source", "test"))
                        .apply());

        assertThat(repository
                        .history(repository.findBranch("main").orElseThrow())
                        .count())
                .isEqualTo(before + 1);
        assertThat(names(tip())).containsExactly("humidity", "station", "temp", "time");
        assertThat(ints("time")).containsExactly(0, 1, 2, 3, 4);
        assertThat(ints("temp")).containsExactly(0, 1, 2, 3, 4, 5, -1, -1, -1, -1);
        assertThat(ints("humidity")).containsExactly(-1, -1, -1, -1, -1, -1, 50, 51, 52, 53);
        assertThat(ZarrArray.open(tip(), GROUP.resolve("temp")).metadata().attributes())
                .isEqualTo(attributes("units", "1").put("long_name", "temperature"));
        assertThat(ZarrGroup.open(tip(), GROUP).attributes())
                .isEqualTo(attributes("title", "weather").put("source", "test"));
    }

    @Test
    void resizesEveryArrayOfADimension() {
        commit(
                "longer",
                session -> SchemaUpdate.of(session, GROUP)
                        .resize("time", 5)
                        .resize("station", 3)
                        .apply());
        assertThat(ints("temp")).containsExactly(0, 1, -1, 2, 3, -1, 4, 5, -1, -1, -1, -1, -1, -1, -1);
        commit(
                "shorter",
                session -> SchemaUpdate.of(session, GROUP).resize("time", 1).apply());
        commit(
                "longer again",
                session -> SchemaUpdate.of(session, GROUP).resize("time", 2).apply());

        assertThat(ints("temp")).containsExactly(0, 1, -1, -1, -1, -1);
        assertThat(ints("time")).containsExactly(0, 0);
        assertThat(ints("station")).containsExactly(0, 1, 0);
    }

    @Test
    void aDimensionGrowsAndABlockSpansAnotherThatGrowsToo() {
        commit(
                "both",
                session -> SchemaUpdate.of(session, GROUP)
                        .resize("station", 3)
                        .append("time", Map.of("temp", NdArray.of(new int[] {7, 8, 9}, 1, 3)))
                        .apply());

        assertThat(ints("temp")).containsExactly(0, 1, -1, 2, 3, -1, 4, 5, -1, 7, 8, 9);
    }

    @Test
    void replacesAnArrayByOneOfAnotherDataType() {
        ArrayMetadata doubles = ArrayMetadata.builder(DataType.FLOAT64, new long[] {3, STATIONS}, new long[] {3, 2})
                .dimensionNames("time", "station")
                .build();
        commit(
                "doubles",
                session -> SchemaUpdate.of(session, GROUP)
                        .remove("temp")
                        .add("temp", doubles, NdArray.of(new double[] {.5, 1.5, 2.5, 3.5, 4.5, 5.5}, 3, 2))
                        .apply());

        assertThat(ZarrArray.open(tip(), GROUP.resolve("temp")).readAll().doubles())
                .startsWith(.5, 1.5);
    }

    @Test
    void whatWouldBeNoDataSetIsRefusedAndNothingChanged() {
        WritableSession session = repository.writableSession("main");
        Map<String, Consumer<SchemaUpdate>> wrong = Map.of(
                "No array 'snow'", update -> update.remove("snow"),
                "there is one; remove it", update -> update.add("temp", metadata(3, STATIONS)),
                "'time' of /weather would have several lengths", update -> update.add("snow", metadata(9, STATIONS)),
                "its name has a '/'", update -> update.add("a/b", metadata(3, STATIONS)),
                "No dimension 'height'", update -> update.resize("height", 3),
                "it has no dimension 'time'", update -> update.append("time", Map.of("station", numbers(1))),
                "blocks have different lengths",
                        update -> update.append("time", Map.of("time", numbers(1), "temp", numbers(2, STATIONS))),
                "do not fit array 'temp'", update -> update.append("time", Map.of("temp", numbers(1, 3))),
                "do not fit array 'time'",
                        update -> update.append("time", Map.of("time", NdArray.of(new double[] {1}, 1))),
                "do not fit array 'snow'", update -> update.add("snow", metadata(3, STATIONS), numbers(2, 2)));
        wrong.forEach((message, change) -> {
            SchemaUpdate update = SchemaUpdate.of(session, GROUP).mergeAttributes(attributes("a", "b"));
            change.accept(update);
            assertThatThrownBy(update::apply)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(message);
            assertThat(session.hasChanges()).as(message).isFalse();
        });
        assertThatThrownBy(() -> SchemaUpdate.of(session, GROUP)
                        .mergeAttributes("snow", attributes("a", "b"))
                        .apply())
                .hasMessageContaining("No array 'snow'");
        assertThatThrownBy(
                        () -> SchemaUpdate.of(session, GROUP).resize("time", 3).resize("time", 4))
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> SchemaUpdate.of(session, NodePath.of("/nowhere")))
                .isInstanceOf(NotFoundException.class);
    }

    @Test
    void arraysAreRenamedAndSwappedInOneCommitAndStayThemselves() {
        Map<String, Node> before = new HashMap<>();
        tip().nodes().forEach(node -> before.put(node.path().name(), node));
        RearrangeSession session = repository.rearrangeSession("main");
        SchemaUpdate.rename(session, GROUP, Map.of("temp", "rain", "rain", "temp", "station", "place", "time", "time"));
        session.commit(CommitRequest.of("names")).orThrow();

        assertThat(names(tip())).containsExactly("place", "rain", "temp", "time");
        assertThat(ints("rain")).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(tip().findNode(GROUP.resolve("rain")).orElseThrow().id())
                .isEqualTo(Objects.requireNonNull(before.get("temp")).id());
        assertThat(repository
                        .diff(Version.snapshot(session.snapshotId()), Version.branch("main"))
                        .moves())
                .hasSize(3);
    }

    @Test
    void namesMoveUpInAChain() {
        RearrangeSession session = repository.rearrangeSession("main");
        SchemaUpdate.rename(session, GROUP, Map.of("temp", "rain", "rain", "snow"));
        session.commit(CommitRequest.of("names")).orThrow();

        assertThat(ints("rain")).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(ints("snow")).containsOnly(-1);
    }

    @Test
    void aNameThatIsTakenOrMakesNoSenseIsRefusedAndNothingMoved() {
        RearrangeSession session = repository.rearrangeSession("main");
        for (Map<String, String> wrong : List.of(
                Map.of("rain", "snow", "temp", "time"),
                Map.of("temp", "snow", "rain", "snow"),
                Map.of("temp", "station"),
                Map.of("temp", "a/b"))) {
            assertThatThrownBy(() -> SchemaUpdate.rename(session, GROUP, wrong))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> SchemaUpdate.rename(session, GROUP, Map.of("temp", "x", "snow", "y")))
                .isInstanceOf(NotFoundException.class);
        assertThat(session.hasChanges()).isFalse();
    }

    /** Readers open the tip again and again while the data set changes from one form to the other; each must be one of the two, whole. */
    @Test
    void readersSeeOneFormOrTheOther() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int forms = 0;
            do {
                forms |= form(tip());
                reading.countDown();
            } while (!done.isDone());
            return forms | form(tip());
        });
        reading.await();
        for (int round = 0; round < 40; round++) {
            commit(
                    "second",
                    session -> SchemaUpdate.of(session, GROUP)
                            .remove("rain")
                            .add("snow", metadata(3, STATIONS))
                            .append(
                                    "time",
                                    Map.of(
                                            "time",
                                            numbers(1),
                                            "temp",
                                            numbers(1, STATIONS),
                                            "snow",
                                            numbers(1, STATIONS)))
                            .mergeAttributes(attributes("title", "second"))
                            .apply());
            commit(
                    "first",
                    session -> SchemaUpdate.of(session, GROUP)
                            .remove("snow")
                            .add("rain", metadata(4, STATIONS))
                            .resize("time", 3)
                            .mergeAttributes(attributes("title", "weather"))
                            .apply());
        }
        done.complete(null);

        assertThat(reader.get() & 1).isEqualTo(1);
    }

    /** 1 for the first form, 2 for the second. */
    private static int form(Session session) {
        boolean first = ZarrGroup.open(session, GROUP).attributes().equals(attributes("title", "weather"));
        assertThat(names(session))
                .containsExactly(
                        first
                                ? new String[] {"rain", "station", "temp", "time"}
                                : new String[] {"snow", "station", "temp", "time"});
        for (String name : List.of("time", "temp", first ? "rain" : "snow")) {
            ZarrArray array = ZarrArray.open(session, GROUP.resolve(name));
            assertThat(array.metadata().shape()[0]).as(name).isEqualTo(first ? 3 : 4);
            assertThat(array.readAll().size()).isPositive();
        }
        return first ? 1 : 2;
    }
}
