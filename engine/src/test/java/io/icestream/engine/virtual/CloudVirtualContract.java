package io.icestream.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.storage.cloud.CloudFixture;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.testing.CloudTestServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What holds of virtual chunks in every cloud store whose access a module brings along.
 *
 * @param <S> the server of the tests
 */
public abstract class CloudVirtualContract<S extends CloudTestServer> {
    private final CloudFixture<S> fixture;
    private final String prefix;
    private final String staleTag;

    /**
     * @param fixture opens storages on the server
     * @param prefix a URL prefix in the bucket {@code bucket}, with the keys below {@code a/}
     * @param staleTag an entity tag that no object has
     */
    protected CloudVirtualContract(CloudFixture<S> fixture, String prefix, String staleTag) {
        this.fixture = fixture;
        this.prefix = prefix;
        this.staleTag = staleTag;
    }

    /** Access to the bucket on a server. */
    protected abstract VirtualAccess access(S server);

    /** A container's store with settings. */
    protected abstract ContainerStore store(SortedMap<String, String> settings);

    /** A container's store with settings, names and values by turns. */
    protected final ContainerStore store(String... settings) {
        SortedMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return store(map);
    }

    private VirtualChunks chunks(ContainerStore store, VirtualAccess access) {
        return new VirtualChunks(
                RepositoryConfig.DEFAULT.withVirtualChunkContainer(VirtualChunkContainer.named("runs", prefix, store)),
                Map.of(prefix, access));
    }

    /** Checks that ten bytes are read from a container with a store. */
    protected final void assertReadable(ContainerStore store) {
        assertThat(read(store, ChunkReference.Virtual.of(prefix + "x y", 0, 10)))
                .isEqualTo("0123456789");
    }

    /** Checks that an object of the bytes {@code 0123456789}, written once, has an entity tag. */
    protected final void assertTagged(String tag) {
        assertThat(read(store(), ChunkReference.Virtual.of(prefix + "x y", 2, 3).ifTagged(tag)))
                .isEqualTo("234");
    }

    /** Checks that it does not have an entity tag. */
    protected final void assertStale(String tag) {
        assertThatExceptionOfType(StaleVirtualChunkException.class)
                .isThrownBy(() -> read(
                        store(), ChunkReference.Virtual.of(prefix + "x y", 2, 3).ifTagged(tag)));
    }

    private String read(ContainerStore store, ChunkReference.Virtual reference) {
        try (S server = fixture.startServer();
                CloudStorage bucket = fixture.open(
                        server, "bucket", "a", CloudFixture.options().build());
                VirtualChunks chunks = chunks(store, access(server))) {
            bucket.put("x y", ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8)));
            return text(chunks.fetch(reference));
        }
    }

    /** Checks that nothing is asked where a container says what is not its business. */
    protected final void assertRefused(ContainerStore store, VirtualAccess access, String why) {
        try (VirtualChunks chunks = chunks(store, access)) {
            assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(prefix + "x", 0, 1)))
                    .isInstanceOf(VirtualAccessException.class)
                    .hasMessageContaining(why);
        }
    }

    /** What the command line finds for a scheme. */
    protected static VirtualAccessProvider provider(String scheme) {
        return ServiceLoader.load(VirtualAccessProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.schemes().contains(scheme))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void readsRangesWhileTheObjectIsWhatItWas() {
        try (S server = fixture.startServer();
                CloudStorage bucket = fixture.open(
                        server, "bucket", "a", CloudFixture.options().build());
                VirtualChunks chunks = chunks(store(), access(server))) {
            bucket.put("x y", ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8)));
            StoredObject object = bucket.find("x y").orElseThrow();
            ChunkReference.Virtual reference = ChunkReference.Virtual.of("vcc://runs/x%20y", 2, 3);

            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifTagged(object.version().token()))))
                    .isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifUnmodifiedSince(object.lastModified()))))
                    .isEqualTo("234");
            assertThatExceptionOfType(StaleVirtualChunkException.class)
                    .isThrownBy(() -> chunks.fetch(reference.ifTagged(staleTag)));
            assertThatExceptionOfType(StaleVirtualChunkException.class)
                    .isThrownBy(() -> chunks.fetch(
                            reference.ifUnmodifiedSince(object.lastModified().minusSeconds(1))));
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(prefix + "absent", 0, 1)));
            assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(prefix + "x y", 8, 3)))
                    .hasMessageContaining("10 bytes");
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
