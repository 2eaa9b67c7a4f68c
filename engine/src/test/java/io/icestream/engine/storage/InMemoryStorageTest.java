package io.icestream.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.testing.StorageContract;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** The contract of all storages, and what only the one in memory does. */
class InMemoryStorageTest extends StorageContract {
    @Override
    protected Storage createEmptyStorage() {
        return new InMemoryStorage("test", InstantSource.system());
    }

    @Override
    protected int incrementsPerThread() {
        return 200;
    }

    @Test
    void datesObjectsByTheGivenClock() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));
        Storage storage = new InMemoryStorage("clock", now::get);
        storage.put("a", ByteBuffer.allocate(1));
        now.set(Instant.parse("2026-11-21T10:00:00Z"));
        storage.put("b", ByteBuffer.allocate(1));

        assertThat(storage.stat("a").orElseThrow().lastModified()).isEqualTo("2026-11-20T10:00:00Z");
        assertThat(storage.find("b").orElseThrow().lastModified()).isEqualTo("2026-11-21T10:00:00Z");
    }

    @Test
    void listsInAscendingOrder() {
        Storage storage = new InMemoryStorage("order", InstantSource.system());
        for (String key : new String[] {"b/2", "a/9", "b/10"}) {
            storage.put(key, ByteBuffer.allocate(0));
        }

        assertThat(storage.list("").map(ObjectSummary::key)).containsExactly("a/9", "b/10", "b/2");
    }
}
