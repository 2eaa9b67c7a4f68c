package io.icestream.engine.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random calls of a store beside a sorted map of keys and values, which knows of nodes only that their keys are directories. After every
 * call both have the same keys, and commits change nothing of that.
 */
class ZarrStoreModelTest {
    private static final int CALLS = 400;
    private static final List<String> GROUPS = List.of("", "g/", "g/h/", "x/y/");
    private static final List<String> ARRAYS = List.of("a/", "g/b/", "g/h/c/");
    private static final int CHUNKS = 5;

    private final Repository repository =
            Repository.create(new InMemoryStorage("model", InstantSource.system()), RepositoryOptions.defaults());
    private final TreeMap<String, byte[]> model = new TreeMap<>();
    private WritableSession session = repository.writableSession("main");
    private ZarrStore store = ZarrStore.of(session);

    @AfterEach
    void close() {
        repository.close();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20261122})
    void behavesLikeAMap(long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < CALLS; i++) {
            int kind = random.nextInt(12);
            String group = pick(GROUPS, random);
            String array = pick(ARRAYS, random);
            String chunk = array + "c/" + random.nextInt(CHUNKS + 1);
            if (kind < 2) {
                put(group + "zarr.json", GroupMetadata.empty().toJson());
            } else if (kind < 4) {
                put(array + "zarr.json", document());
            } else if (kind < 8) {
                setChunk(array, chunk, new byte[] {(byte) i, 2, 3});
            } else if (kind == 8) {
                store.delete(chunk);
                model.remove(chunk);
            } else if (kind == 9) {
                delete(random.nextBoolean() ? group : array, random.nextBoolean());
            } else if (kind == 10 && random.nextInt(4) == 0) {
                store.deleteDirectory(array + "c");
                model.keySet().removeIf(key -> key.startsWith(array + "c/"));
            } else if (kind == 11) {
                commit();
            }
            compare(seed, i);
        }
    }

    private static byte[] document() {
        return ArrayMetadata.builder(DataType.UINT8, new long[] {CHUNKS}, new long[] {1})
                .build()
                .toJson();
    }

    private void put(String key, byte[] value) {
        store.set(key, ByteBuffer.wrap(value));
        model.put(key, value);
    }

    private void setChunk(String array, String chunk, byte[] value) {
        boolean inside = model.containsKey(array + "zarr.json") && !chunk.endsWith("/" + CHUNKS);
        if (inside) {
            put(chunk, value);
        } else {
            assertThatThrownBy(() -> store.set(chunk, ByteBuffer.wrap(value))).isInstanceOf(RuntimeException.class);
        }
    }

    private void delete(String directory, boolean byDirectory) {
        if (byDirectory) {
            store.deleteDirectory(directory);
        } else {
            store.delete(directory + "zarr.json");
        }
        if (model.containsKey(directory + "zarr.json")) {
            model.keySet().removeIf(key -> key.startsWith(directory));
        }
    }

    private void commit() {
        session.commit(CommitRequest.of("step").allowEmpty()).orThrow();
        session = repository.writableSession("main");
        store = ZarrStore.of(session);
    }

    private void compare(long seed, int call) {
        String where = "seed " + seed + ", call " + call;
        assertThat(names(store.list())).as(where).isEqualTo(model.navigableKeySet());
        model.forEach((key, value) -> assertThat(
                        store.find(key).map(ByteBuffer::remaining).orElse(-1))
                .as(where + ", " + key)
                .isEqualTo(value.length));
        for (String chunk : List.of("a/c/1", "g/b/c/0", "g/h/c/c/3")) {
            byte[] expected = model.get(chunk);
            assertThat(store.exists(chunk)).as(where).isEqualTo(expected != null);
            assertThat(store.find(chunk).map(bytes -> bytes.get(0)))
                    .as(where)
                    .isEqualTo(Optional.ofNullable(expected).map(bytes -> bytes[0]));
        }
        for (String array : ARRAYS) {
            assertThat(names(store.listDirectory(array + "c")))
                    .as(where)
                    .isEqualTo(names(model.keySet().stream()
                            .filter(key -> key.startsWith(array + "c/"))
                            .map(key -> key.substring(array.length() + 2))));
        }
        assertThat(store.sizeBytesBelow(""))
                .as(where)
                .isEqualTo(
                        model.values().stream().mapToLong(value -> value.length).sum());
    }

    private static Set<String> names(Stream<String> names) {
        try (names) {
            return new TreeSet<>(names.toList());
        }
    }

    private static String pick(List<String> texts, Random random) {
        return texts.get(random.nextInt(texts.size()));
    }
}
