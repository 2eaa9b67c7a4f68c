package io.icestream.gcs;

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
import io.icestream.engine.testing.GcsTestServer;
import io.icestream.engine.virtual.StaleVirtualChunkException;
import io.icestream.engine.virtual.VirtualAccess;
import io.icestream.engine.virtual.VirtualAccessException;
import io.icestream.engine.virtual.VirtualAccessProvider;
import io.icestream.engine.virtual.VirtualChunks;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Virtual chunks in Google Cloud Storage. */
class GcsVirtualAccessTest {
    private static final String PREFIX = "gs://bucket/a/";

    private static VirtualChunks chunks(ContainerStore store, VirtualAccess access) {
        return new VirtualChunks(
                RepositoryConfig.DEFAULT.withVirtualChunkContainer(VirtualChunkContainer.named("runs", PREFIX, store)),
                Map.of(PREFIX, access));
    }

    private static ContainerStore store(String... settings) {
        SortedMap<String, String> map = new TreeMap<>();
        for (int i = 0; i < settings.length; i += 2) {
            map.put(settings[i], settings[i + 1]);
        }
        return new ContainerStore.Gcs(map);
    }

    @Test
    void readsRangesWhileTheObjectIsWhatItWas() {
        try (GcsTestServer server = GcsTestServer.start();
                CloudStorage bucket = new GcsFixture()
                        .open(server, "bucket", "a", CloudFixture.options().build());
                VirtualChunks chunks = chunks(
                        store(), new GcsVirtualAccess(GcsFixture.options(server).build()))) {
            bucket.put("x y", ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8)));
            StoredObject object = bucket.find("x y").orElseThrow();
            ChunkReference.Virtual reference = ChunkReference.Virtual.of("vcc://runs/x%20y", 2, 3);

            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifTagged(object.version().token()))))
                    .isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifUnmodifiedSince(object.lastModified()))))
                    .isEqualTo("234");
            assertThatExceptionOfType(StaleVirtualChunkException.class)
                    .isThrownBy(() -> chunks.fetch(reference.ifTagged("1")));
            assertThatExceptionOfType(StaleVirtualChunkException.class)
                    .isThrownBy(() -> chunks.fetch(
                            reference.ifUnmodifiedSince(object.lastModified().minusSeconds(1))));
            assertThatExceptionOfType(ObjectNotFoundException.class)
                    .isThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(PREFIX + "absent", 0, 1)));
            assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(PREFIX + "x y", 8, 3)))
                    .hasMessageContaining("10 bytes");
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static void assertRefused(ContainerStore store, VirtualAccess access, String why) {
        try (VirtualChunks chunks = chunks(store, access)) {
            assertThatThrownBy(() -> chunks.fetch(ChunkReference.Virtual.of(PREFIX + "x", 0, 1)))
                    .isInstanceOf(VirtualAccessException.class)
                    .hasMessageContaining(why);
        }
    }

    @Test
    void takesNoSettingFromTheRepositoryButThatNobodyIsToSign() {
        GcsVirtualAccess access = GcsVirtualAccess.as(new GcsCredentials.Bearer("t"));

        assertRefused(store("google_base_url", "https://elsewhere"), access, "has the setting 'google_base_url'");
        assertThatThrownBy(() -> chunks(new ContainerStore.Azure(new TreeMap<>()), access))
                .hasMessageContaining("the scheme of a store of kind 'azure'");
    }

    @Test
    void isFoundByTheSchemeOfAPrefix() {
        VirtualAccessProvider provider = ServiceLoader.load(VirtualAccessProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.schemes().containsAll(List.of("gs", "gcs")))
                .findFirst()
                .orElseThrow();

        assertThat(provider.access("gcs://bucket/a/?anonymous", Map.of()))
                .isInstanceOfSatisfying(
                        GcsVirtualAccess.class,
                        access -> assertThat(access.options().credentials()).isEqualTo(new GcsCredentials.Anonymous()));
        assertThatThrownBy(() -> provider.access("gs://bucket/?bearer-token=secret", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
