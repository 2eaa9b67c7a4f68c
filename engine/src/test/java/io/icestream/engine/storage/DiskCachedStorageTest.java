package io.icestream.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.testing.StorageContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract of all storages with a disk cache in front, every object being cached; then what the cache spares, and what
 * becomes of damage, of too much, and of a disk that cannot be written.
 */
class DiskCachedStorageTest extends StorageContract {
    private static final long ROOM = 1 << 20;
    private static final String KEY = "chunks/A";

    @TempDir
    private Path folder;

    private final FaultInjectingStorage behind =
            new FaultInjectingStorage(new InMemoryStorage("behind", InstantSource.system()));
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));

    @Override
    protected Storage createEmptyStorage() {
        return open(new InMemoryStorage("contract", InstantSource.system()), ROOM);
    }

    private DiskCachedStorage open(Storage storage, long maximumBytes) {
        return DiskCachedStorage.open(storage, folder.resolve("cache"), maximumBytes, key -> true, now::get);
    }

    @Override
    protected int incrementsPerThread() {
        return 100;
    }

    @Test
    void readsWhatWasReadBeforeFromTheDiskAlsoInAnotherProcess() {
        ByteBuffer content = random(1000);
        behind.put(KEY, content);
        StoredObject first = open(behind, ROOM).find(KEY).orElseThrow();
        ByteBuffer part = open(behind, ROOM).fetchRange(KEY, 10, 20);

        assertThat(open(behind, ROOM).find(KEY)).hasValue(first);
        assertThat(open(behind, ROOM).fetchRange(KEY, 10, 20)).isEqualTo(part).isEqualTo(content.slice(10, 20));
        assertThat(behind.calls(Operation.FIND)).isOne();
        assertThat(behind.calls(Operation.FETCH_RANGE)).isOne();
    }

    @Test
    void doesNotCacheWhatMayChange() {
        Storage cached =
                DiskCachedStorage.open(behind, folder, ROOM, key -> key.startsWith("chunks/"), InstantSource.system());
        behind.put("repo", random(10));
        cached.find("repo");
        ByteBuffer next = random(10);
        behind.put("repo", next);

        assertThat(cached.find("repo").orElseThrow().bytes()).isEqualTo(next);
        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void keepsStoragesApartThatShareAFolder() {
        Storage other = new InMemoryStorage("other", InstantSource.system());
        behind.put(KEY, random(10));
        open(behind, ROOM).find(KEY);

        assertThat(open(other, ROOM).find(KEY)).isEmpty();
    }

    @Test
    void damageAtAnyByteMeansThatTheObjectIsReadAgain() throws IOException {
        ByteBuffer content = random(50);
        behind.put(KEY, content);
        open(behind, ROOM).fetchRange(KEY, 0, 50);
        Path file = filesIn(folder).get(0);
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(file, damaged);
            assertThat(open(behind, ROOM).fetchRange(KEY, 0, 50))
                    .as("byte %s changed", at)
                    .isEqualTo(content);
            Files.write(file, Arrays.copyOf(whole, at));
            assertThat(open(behind, ROOM).fetchRange(KEY, 0, 50))
                    .as("cut at byte %s", at)
                    .isEqualTo(content);
        }
        assertThat(behind.calls(Operation.FETCH_RANGE)).isEqualTo(1 + 2L * whole.length);
        assertThat(Files.readAllBytes(file)).isEqualTo(whole);
    }

    @Test
    void staysWithinItsBoundAndDropsWhatWasUsedLeastLately() {
        int size = 4_000;
        DiskCachedStorage cached = open(behind, 100_000);
        IntStream.range(0, 100).forEach(number -> behind.put("chunks/" + number, random(size)));
        for (int number = 0; number < 100; number++) {
            now.updateAndGet(time -> time.plusSeconds(100));
            cached.fetchRange("chunks/" + number, 0, size);
            cached.fetchRange("chunks/0", 0, size);
        }

        long bytes = filesIn(folder).stream()
                .mapToLong(file -> file.toFile().length())
                .sum();
        assertThat(bytes).isBetween(80_000L, 100_000L + 100_000 / 16 + size);
        long before = behind.calls(Operation.FETCH_RANGE);
        cached.fetchRange("chunks/0", 0, size);
        assertThat(behind.calls(Operation.FETCH_RANGE))
                .as("the one in use is still there")
                .isEqualTo(before);
        cached.fetchRange("chunks/1", 0, size);
        assertThat(behind.calls(Operation.FETCH_RANGE)).as("an old one is not").isEqualTo(before + 1);
    }

    @Test
    void doesNotCacheWhatWouldPushOutAllElse() {
        behind.put(KEY, random(20_000));
        open(behind, 100_000).fetchRange(KEY, 0, 20_000);

        assertThat(filesIn(folder)).isEmpty();
    }

    @Test
    void removesTemporaryFilesThatAKilledProcessLeft() throws IOException {
        Path left = Files.createDirectories(folder.resolve("cache/ab/cd")).resolve("whole.1-1.tmp");
        Files.write(left, new byte[10]);
        now.set(Files.getLastModifiedTime(left).toInstant().plusSeconds(60));
        open(behind, ROOM);
        assertThat(left).exists();

        now.updateAndGet(time -> time.plusSeconds(7200));
        open(behind, ROOM);
        assertThat(left).doesNotExist();
    }

    @Test
    void readsWithoutACacheWhereNoneCanBeWritten() throws IOException {
        Files.writeString(folder.resolve("cache"), "a file where the folder should be");
        ByteBuffer content = random(10);
        behind.put(KEY, content);
        DiskCachedStorage cached = open(behind, ROOM);

        assertThat(cached.find(KEY).orElseThrow().bytes()).isEqualTo(content);
        assertThat(cached.fetchRange(KEY, 2, 3)).isEqualTo(content.slice(2, 3));
        cached.delete(List.of(KEY));
        assertThat(cached.find(KEY)).isEmpty();
    }

    private static List<Path> filesIn(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return ByteBuffer.wrap(bytes).asReadOnlyBuffer();
    }
}
