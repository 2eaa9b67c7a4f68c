package io.icestream.azure;

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
import io.icestream.engine.testing.AzureTestServer;
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

/** Virtual chunks in Azure Blob storage. */
class AzureVirtualAccessTest {
    private static final String PREFIX = "az://bucket/a/";

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
        return new ContainerStore.Azure(map);
    }

    @Test
    void readsRangesWhileTheObjectIsWhatItWas() {
        try (AzureTestServer server = AzureTestServer.start();
                CloudStorage bucket = new AzureFixture()
                        .open(server, "bucket", "a", CloudFixture.options().build());
                VirtualChunks chunks = chunks(
                        store(),
                        new AzureVirtualAccess(AzureFixture.options(server).build()))) {
            bucket.put("x y", ByteBuffer.wrap("0123456789".getBytes(StandardCharsets.UTF_8)));
            StoredObject object = bucket.find("x y").orElseThrow();
            ChunkReference.Virtual reference = ChunkReference.Virtual.of("vcc://runs/x%20y", 2, 3);

            assertThat(text(chunks.fetch(reference))).isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifTagged(object.version().token()))))
                    .isEqualTo("234");
            assertThat(text(chunks.fetch(reference.ifUnmodifiedSince(object.lastModified()))))
                    .isEqualTo("234");
            assertThatExceptionOfType(StaleVirtualChunkException.class)
                    .isThrownBy(() -> chunks.fetch(reference.ifTagged("0x1")));
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
        AzureVirtualAccess access = AzureVirtualAccess.of("account", new AzureCredentials.Bearer("t"));

        assertRefused(store("account", "stranger"), access, "names the account 'stranger', which is not 'account'");
        assertRefused(
                store("azure_storage_endpoint", "https://elsewhere"),
                access,
                "has the setting 'azure_storage_endpoint'");
    }

    @Test
    void readsWhereTheContainerNamesTheSameAccount() {
        try (AzureTestServer server = AzureTestServer.start();
                CloudStorage bucket = new AzureFixture()
                        .open(server, "bucket", "a", CloudFixture.options().build());
                VirtualChunks chunks = chunks(
                        store("account", "account"),
                        new AzureVirtualAccess(AzureFixture.options(server).build()))) {
            bucket.put("x", ByteBuffer.wrap("0".getBytes(StandardCharsets.UTF_8)));

            assertThat(text(chunks.fetch(ChunkReference.Virtual.of(PREFIX + "x", 0, 1))))
                    .isEqualTo("0");
        }
    }

    @Test
    void isFoundByTheSchemeOfAPrefix() {
        VirtualAccessProvider provider = ServiceLoader.load(VirtualAccessProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.schemes().containsAll(List.of("az", "azure")))
                .findFirst()
                .orElseThrow();

        assertThat(provider.access("azure://container/a/?anonymous&account=name", Map.of()))
                .isInstanceOfSatisfying(AzureVirtualAccess.class, access -> {
                    assertThat(access.options().credentials()).isEqualTo(new AzureCredentials.Anonymous());
                    assertThat(access.options().location().account()).isEqualTo("name");
                });
        assertThatThrownBy(() -> provider.access("az://bucket/a/", Map.of()))
                .hasMessageContaining("az://CONTAINER/?account=NAME is needed");
        assertThatThrownBy(() -> provider.access("az://container/?account=name&account-key=secret", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("=secret");
    }
}
