package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every storage has to do for its readers; the half of {@link StorageContract} that storages share which cannot be
 * written to. A subclass says how to make a storage and how objects get into it.
 */
public abstract class StorageReadContract {
    /** The storage under test. */
    protected Storage storage;

    /** Makes the storage under test, with nothing in it. */
    protected abstract Storage createEmptyStorage() throws Exception;

    /** Gives an object a content, whatever it was before. */
    protected abstract void place(String key, ByteBuffer content);

    @BeforeEach
    final void openStorage() throws Exception {
        storage = createEmptyStorage();
    }

    @AfterEach
    final void closeStorage() {
        storage.close();
    }

    @Test
    void namesItsLocation() {
        assertThat(storage.location()).isNotBlank();
    }

    @Test
    void findsWhatWasPut() {
        place("chunks/A", bytes("first"));

        StoredObject found = storage.find("chunks/A").orElseThrow();

        assertThat(text(found.bytes())).isEqualTo("first");
        assertThat(found.sizeBytes()).isEqualTo(5);
        assertThat(found.bytes().isReadOnly()).isTrue();
        assertThat(found.bytes().position()).isZero();
    }

    @Test
    void findsNothingWhereNothingWasPut() {
        place("chunks/A", bytes("first"));

        assertThat(storage.find("chunks/B")).isEmpty();
        assertThat(storage.find("chunks")).isEmpty();
        assertThat(storage.find("chunks/A/deeper")).isEmpty();
        assertThat(storage.stat("chunks/B")).isEmpty();
        assertThat(storage.stat("chunks")).isEmpty();
        assertThat(storage.findIfChanged("chunks/B", new ObjectVersion("none")))
                .isEqualTo(new ConditionalRead.Absent());
    }

    @Test
    void everyReaderGetsABufferOfItsOwn() {
        place("a", bytes("text"));
        StoredObject found = storage.find("a").orElseThrow();

        found.bytes().position(2);

        assertThat(found.bytes().remaining()).isEqualTo(4);
    }

    @Test
    void keepsLargeObjectsWhole() {
        byte[] large = new byte[3_000_001];
        new Random(42).nextBytes(large);
        place("large", ByteBuffer.wrap(large));

        assertThat(storage.find("large").orElseThrow().bytes()).isEqualTo(ByteBuffer.wrap(large));
        assertThat(storage.fetchRange("large", 2_999_990, 11))
                .isEqualTo(ByteBuffer.wrap(large, 2_999_990, 11).slice());
    }

    @Test
    void fetchesExactlyTheRangeAskedFor() {
        place("a", bytes("0123456789"));

        assertThat(text(storage.fetchRange("a", 0, 10))).isEqualTo("0123456789");
        assertThat(text(storage.fetchRange("a", 3, 4))).isEqualTo("3456");
        assertThat(text(storage.fetchRange("a", 9, 1))).isEqualTo("9");
        assertThat(text(storage.fetchRange("a", 10, 0))).isEmpty();
        assertThat(storage.fetchRange("a", 3, 4).isReadOnly()).isTrue();
        assertThat(storage.fetchRange("a", 3, 4).position()).isZero();
    }

    @Test
    void refusesARangeBeyondTheEnd() {
        place("a", bytes("0123456789"));

        for (long[] range : new long[][] {{0, 11}, {9, 2}, {10, 1}, {11, 0}, {Long.MAX_VALUE - 1, 1}}) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.fetchRange("a", range[0], range[1]))
                    .withMessageContaining("'a'")
                    .withMessageContaining("10 bytes");
        }
    }

    @Test
    void refusesARangeThatMakesNoSense() {
        place("a", bytes("0123456789"));

        assertThatIllegalArgumentException().isThrownBy(() -> storage.fetchRange("a", -1, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.fetchRange("a", 0, -1));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.fetchRange("a", Long.MAX_VALUE, 1));
        assertThatIllegalArgumentException().isThrownBy(() -> storage.fetchRange("a", 0, 1L << 31));
    }

    @Test
    void saysWhichObjectIsMissingForARange() {
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> storage.fetchRange("chunks/A", 0, 1))
                .withMessageContaining("chunks/A")
                .withMessageContaining(storage.location())
                .satisfies(e -> assertThat(e.key()).isEqualTo("chunks/A"));
    }

    @Test
    void summarisesAnObject() {
        place("chunks/A", bytes("12345"));

        ObjectSummary summary = storage.stat("chunks/A").orElseThrow();

        assertThat(summary.key()).isEqualTo("chunks/A");
        assertThat(summary.sizeBytes()).isEqualTo(5);
        assertThat(summary.lastModified())
                .isEqualTo(storage.find("chunks/A").orElseThrow().lastModified());
    }

    @Test
    void readsObjectsWithoutContent() {
        place("marker", bytes(""));

        assertThat(storage.find("marker").orElseThrow().sizeBytes()).isZero();
        assertThat(storage.stat("marker").orElseThrow().sizeBytes()).isZero();
        assertThat(storage.fetchRange("marker", 0, 0).remaining()).isZero();
    }

    @Test
    void tellsWhetherAnObjectHasChanged() {
        place("a", bytes("one"));
        StoredObject one = storage.find("a").orElseThrow();

        assertThat(storage.findIfChanged("a", one.version())).isEqualTo(new ConditionalRead.Unchanged());

        place("a", bytes("two"));
        assertThat(storage.findIfChanged("a", one.version()))
                .isInstanceOfSatisfying(ConditionalRead.Changed.class, changed -> {
                    assertThat(text(changed.object().bytes())).isEqualTo("two");
                    assertThat(changed.object().version()).isNotEqualTo(one.version());
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/..", "a/../b", "a/./b", "a\\b", "a\0", "repo#1"
            })
    void readsNoKeysThatAreNotValid(String key) {
        List<Runnable> calls = List.of(
                () -> storage.find(key),
                () -> storage.findIfChanged(key, new ObjectVersion("any")),
                () -> storage.fetchRange(key, 0, 0),
                () -> storage.stat(key));

        calls.forEach(call -> assertThatIllegalArgumentException()
                .isThrownBy(call::run)
                .withMessageContaining("Invalid key '" + key + "'"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a+b!", "a#b", "#", "v1#2/ref.json", "a.b", "..a", "a=b,c", "it's", "a%20b"})
    void readsUnusualKeysAsTheyAre(String key) {
        place(key, bytes(key));

        assertThat(text(storage.find(key).orElseThrow().bytes())).isEqualTo(key);
        assertThat(storage.stat(key).orElseThrow().key()).isEqualTo(key);
    }

    /** A buffer with the UTF-8 bytes of a text. */
    protected static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    /** The text in a buffer, which is left alone. */
    protected static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }
}
