package io.icestream.engine.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.zarr.ZarrException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The store by key, over real sessions. Random calls beside a plain map: {@link ZarrStoreModelTest}. */
class ZarrStoreTest {
    private static final String GROUP = "{\"zarr_format\":3,\"node_type\":\"group\"}";

    private final Repository repository =
            Repository.create(new InMemoryStorage("store", InstantSource.system()), RepositoryOptions.defaults());
    private final WritableSession session = repository.writableSession("main");
    private final ZarrStore store = ZarrStore.of(session);

    @BeforeEach
    void fill() {
        set("zarr.json", GROUP);
        set("g/zarr.json", GROUP);
        set("g/a/zarr.json", array(4, 40));
        set("g/a/c/0/3", "abcdefgh");
        set("g/a/c/0/12", "x".repeat(3000));
        set("g/a/c/1/3", "i");
        set("s/zarr.json", array());
        set("s/c", "q");
        set("x/y/h/zarr.json", GROUP);
    }

    @AfterEach
    void close() {
        repository.close();
    }

    private static String array(long... shape) {
        String chunks = "2,".repeat(shape.length);
        return "{\"zarr_format\": 3, \"node_type\": \"array\", \"shape\": " + Arrays.toString(shape)
                + ", \"data_type\": \"uint8\", \"chunk_grid\": {\"name\": \"regular\", \"configuration\": {\"chunk_shape\": ["
                + chunks.substring(0, Math.max(0, chunks.length() - 1))
                + "]}}, \"chunk_key_encoding\": {\"name\": \"default\"}, \"fill_value\": 0,"
                + " \"codecs\": [{\"name\": \"bytes\"}]}";
    }

    private void set(String key, String value) {
        store.set(key, bytes(value));
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    private static String text(Optional<ByteBuffer> found) {
        return found.map(bytes -> UTF_8.decode(bytes).toString()).orElse("absent");
    }

    private static List<String> sorted(Stream<String> names) {
        try (names) {
            return names.sorted().toList();
        }
    }

    @Test
    void metadataIsKeptByteByByte() {
        String spaced = " {\"node_type\":\"group\", \"zarr_format\":3,\n\"attributes\":{\"b\":1,\"a\":2}}";
        set("g/zarr.json", spaced);

        assertThat(text(store.find("g/zarr.json"))).isEqualTo(spaced);
        assertThat(text(store.find("/g/zarr.json"))).isEqualTo(spaced);
        assertThat(store.sizeBytes("g/zarr.json")).isEqualTo(spaced.length());
    }

    @Test
    void theSameMetadataAgainIsNoChangeAndOneSpaceMoreIsOne() {
        session.commit(CommitRequest.of("filled")).orThrow();
        WritableSession next = repository.writableSession("main");
        ZarrStore again = ZarrStore.of(next);

        again.set("g/a/zarr.json", bytes(array(4, 40)));
        assertThat(next.hasChanges()).isFalse();
        again.set("g/a/zarr.json", bytes(array(4, 40) + " "));
        assertThat(next.status().updatedArrays()).containsExactly(NodePath.of("/g/a"));
    }

    @Test
    void partsOfAChunkAreRead() {
        String key = "g/a/c/0/3";
        assertThat(text(store.find(key))).isEqualTo("abcdefgh");
        assertThat(text(store.find(key, ByteRequest.range(2, 5)))).isEqualTo("cde");
        assertThat(text(store.find(key, ByteRequest.range(3, 3)))).isEmpty();
        assertThat(text(store.find(key, ByteRequest.offset(6)))).isEqualTo("gh");
        assertThat(text(store.find(key, ByteRequest.suffix(3)))).isEqualTo("fgh");
        assertThat(text(store.find(key, ByteRequest.suffix(0)))).isEmpty();
        assertThat(text(store.find("g/a/c/0/12", ByteRequest.range(2990, 3000))))
                .isEqualTo("x".repeat(10));
        assertThat(text(store.find("zarr.json", ByteRequest.suffix(8)))).isEqualTo("\"group\"}");
        assertThat(store.find("g/a/c/0/4", ByteRequest.range(0, 100))).isEmpty();
    }

    @Test
    void aRangeThatIsNotThereIsAnError() {
        for (String key : List.of("g/a/c/0/3", "g/a/c/0/12", "zarr.json")) {
            long size = store.sizeBytes(key);
            for (ByteRequest outside :
                    List.of(ByteRequest.range(2, size + 1), ByteRequest.offset(size), ByteRequest.suffix(size + 1))) {
                assertThatThrownBy(() -> store.find(key, outside))
                        .isInstanceOf(IndexOutOfBoundsException.class)
                        .hasMessageContaining("the value has " + size + " bytes");
            }
        }
        assertThatThrownBy(() -> ByteRequest.range(5, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ByteRequest.suffix(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyPartsComeInTheOrderAskedFor() {
        List<Optional<ByteBuffer>> found = store.findAll(List.of(
                new ZarrStore.Part("g/a/c/0/3", ByteRequest.suffix(2)),
                new ZarrStore.Part("g/a/c/0/0", ByteRequest.whole()),
                new ZarrStore.Part("zarr.json", ByteRequest.whole()),
                new ZarrStore.Part("g/a/c/0/3", ByteRequest.range(0, 1))));

        assertThat(found).map(ZarrStoreTest::text).containsExactly("gh", "absent", GROUP, "a");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "foo",
                "g",
                "g/a",
                "g/foo",
                "zarr.json/",
                "g/a/c/",
                "g/a/c/-1/0",
                "g/a/c/00/3",
                "g/a/c/+1/3",
                "g/a/c/0/4294967296",
                "g/a/c.0"
            })
    void whatIsNoKeyIsRefusedByEveryMethod(String key) {
        assertThatThrownBy(() -> store.find(key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid key '" + key);
        assertThatThrownBy(() -> store.exists(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.sizeBytes(key)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> set(key, "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.setIfAbsent(key, bytes("x"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.delete(key)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatCannotBeReadBackIsRefused() {
        assertThatThrownBy(() -> set("g/a/c/2/0", "x")).hasMessageContaining("it has [2, 20] chunks");
        assertThatThrownBy(() -> set("g/a/c/0", "x")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> set("g/a/c/0/1", "")).hasMessageContaining("it has no bytes");
        assertThatThrownBy(() -> set("nothing/c/0", "x")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> set("g/c/0", "x")).hasMessageContaining("it is a group");
        assertThatThrownBy(() -> set("g/.zgroup", "{}")).hasMessageContaining("Zarr format 2");
        assertThatThrownBy(() -> set("g/a/b/zarr.json", GROUP)).hasMessageContaining("/g/a is an array");
        assertThatThrownBy(() -> set("g//k/zarr.json", GROUP)).hasMessageContaining("Invalid path");
        assertThatThrownBy(() -> set("g/../k/zarr.json", GROUP)).hasMessageContaining("Invalid path");
        assertThatThrownBy(() -> set("g/zarr.json", array(4))).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> set("g/a/zarr.json", GROUP)).isInstanceOf(AlreadyExistsException.class);
        assertThatThrownBy(() -> set("g/a/zarr.json", array(4))).hasMessageContaining("it has 1 dimensions");
        assertThatThrownBy(() -> set("n/zarr.json", "no document")).isInstanceOf(ZarrException.class);
        assertThatThrownBy(() -> set("n/zarr.json", GROUP.replace("3", "2"))).isInstanceOf(ZarrException.class);
    }

    @Test
    void whatIsAbsentIsEmptyAndItsSizeIsKnownOrAnError() {
        for (String key : List.of("n/zarr.json", "n/c/0", "g/a/c/0/0", "g/a/c/9/9", "g/a/c/0", "g/a/c", ".zgroup")) {
            assertThat(store.find(key)).as(key).isEmpty();
            assertThat(store.exists(key)).as(key).isFalse();
        }
        assertThat(store.sizeBytes("g/a/c/0/0")).isZero();
        assertThat(store.sizeBytes("g/a/c/9/9")).isZero();
        assertThatThrownBy(() -> store.sizeBytes("n/zarr.json")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> store.sizeBytes("n/c/0")).isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> store.find("g/c/0")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void keysAreListed() {
        assertThat(sorted(store.list()))
                .containsExactly(
                        "g/a/c/0/12",
                        "g/a/c/0/3",
                        "g/a/c/1/3",
                        "g/a/zarr.json",
                        "g/zarr.json",
                        "s/c",
                        "s/zarr.json",
                        "x/y/h/zarr.json",
                        "zarr.json");
        assertThat(sorted(store.list("s/"))).containsExactly("s/c", "s/zarr.json");
        assertThatThrownBy(() -> store.list("g/a/c")).hasMessageContaining("no group or array at /g/a/c");
        assertThat(store.sizeBytesBelow("g/a")).isEqualTo(array(4, 40).length() + 3009);
    }

    @Test
    void directoriesAreListed() {
        assertThat(sorted(store.listDirectory(""))).containsExactly("g", "s", "zarr.json");
        assertThat(sorted(store.listDirectory("g"))).containsExactly("a", "zarr.json");
        assertThat(sorted(store.listDirectory("g/a/"))).containsExactly("c", "zarr.json");
        assertThat(sorted(store.listDirectory("g/a/c"))).containsExactly("0", "1");
        assertThat(sorted(store.listDirectory("g/a/c/0/"))).containsExactly("12", "3");
        assertThat(sorted(store.listDirectory("g/a/c/0/3"))).isEmpty();
        assertThat(sorted(store.listDirectory("x"))).isEmpty();
        assertThat(store.isEmpty("g/a/c/1")).isFalse();
        assertThat(store.isEmpty("nothing")).isTrue();
    }

    @Test
    void directoriesAreDeleted() {
        store.deleteDirectory("g/a/c/0/");
        store.deleteDirectory("s");
        store.deleteDirectory("nothing");
        assertThat(sorted(store.list()))
                .containsExactly("g/a/c/1/3", "g/a/zarr.json", "g/zarr.json", "x/y/h/zarr.json", "zarr.json");
        store.deleteDirectory("");
        assertThat(sorted(store.list())).isEmpty();
    }

    @Test
    void everythingIsClearedAlsoWithoutARoot() {
        store.delete("g/zarr.json");
        assertThat(sorted(store.list())).containsExactly("s/c", "s/zarr.json", "x/y/h/zarr.json", "zarr.json");
        store.clear();
        set("x/y/h/zarr.json", GROUP);
        store.deleteDirectory("");
        assertThat(sorted(store.list())).containsExactly("x/y/h/zarr.json");
        store.clear();
        assertThat(sorted(store.list())).isEmpty();
    }

    @Test
    void deletingWhatCannotBeThereIsNoChange() {
        session.commit(CommitRequest.of("filled")).orThrow();
        WritableSession next = repository.writableSession("main");
        ZarrStore again = ZarrStore.of(next);
        List.of("g/a/c/9/9", "g/a/c/0", "g/c/0", "nothing/c/0", "nothing/zarr.json", ".zgroup")
                .forEach(again::delete);
        assertThat(next.hasChanges()).isFalse();
        again.delete("g/a/c/0/0");
        assertThat(next.hasChanges()).isTrue();
    }

    @Test
    void whatIsThereIsNotSetAgain() {
        assertThat(store.setIfAbsent("g/a/c/0/3", bytes("z"))).isFalse();
        assertThat(store.setIfAbsent("g/a/zarr.json", bytes("no document"))).isFalse();
        assertThat(store.setIfAbsent("g/a/c/0/4", bytes("z"))).isTrue();
        assertThat(text(store.find("g/a/c/0/3"))).isEqualTo("abcdefgh");
        assertThat(text(store.find("g/a/c/0/4"))).isEqualTo("z");
    }

    @Test
    void aSessionThatOnlyReadsCannotBeWritten() {
        assertThat(store.isReadOnly()).isFalse();
        session.commit(CommitRequest.of("filled")).orThrow();
        ZarrStore read = ZarrStore.of(repository.readonlySession(Version.branch("main")));
        for (ZarrStore closed : List.of(store, read)) {
            assertThat(closed.isReadOnly()).isTrue();
            assertThat(text(closed.find("s/c"))).isEqualTo("q");
            assertThat(closed.setIfAbsent("s/c", bytes("r"))).isFalse();
            closed.delete("nothing/c/0");
            assertThatThrownBy(() -> closed.set("s/c", bytes("r"))).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closed.delete("s/c")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> closed.deleteDirectory("g")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(closed::clear).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void aChunkOutsideAShrunkArrayIsGoneAndComesBackBeforeTheCommitOnly() {
        set("g/a/zarr.json", array(2, 40));
        assertThat(store.exists("g/a/c/1/3")).isFalse();
        assertThat(sorted(store.listDirectory("g/a/c"))).containsExactly("0");
        set("g/a/zarr.json", array(4, 40));
        assertThat(text(store.find("g/a/c/1/3"))).isEqualTo("i");
    }
}
