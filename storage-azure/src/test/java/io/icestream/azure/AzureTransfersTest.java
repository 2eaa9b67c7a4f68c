package io.icestream.azure;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.CloudTransfersContract;
import io.icestream.engine.storage.cloud.StorageClasses;
import io.icestream.engine.testing.AzureTestServer;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Large and many objects, and what this store is told with them. */
class AzureTransfersTest extends CloudTransfersContract<AzureTestServer> {
    AzureTransfersTest() {
        super(new AzureFixture());
    }

    @Test
    void whatTheOptionsSayGoesWithTheRequests() {
        AzureOptions options = AzureFixture.options(server)
                .storageClasses(new StorageClasses(Optional.of("Hot"), Optional.of("Cool"), Optional.of("Cold")))
                .encryptionScope("scope-1")
                .build();
        try (CloudStorage configured = AzureStorage.open(options)) {
            configured.put("chunks/A", bytes("1"));
            configured.put("manifests/B", bytes("2"));
            written(configured.copyIfMatches(
                    "repo", "overwritten/repo.1", written(configured.putIfAbsent("repo", bytes("3")))));
        }

        assertThat(notes("chunks/A"))
                .containsEntry("x-ms-access-tier", "Cold")
                .containsEntry("x-ms-encryption-scope", "scope-1")
                .containsEntry("x-ms-version", "2023-11-03")
                .doesNotContainKey("x-ms-meta-icechunkwriteid");
        assertThat(notes("manifests/B")).containsEntry("x-ms-access-tier", "Cool");
        assertThat(notes("repo")).containsEntry("x-ms-access-tier", "Hot").containsKey("x-ms-meta-icechunkwriteid");
        assertThat(notes("overwritten/repo.1")).containsEntry("x-ms-access-tier", "Hot");
    }

    private Map<String, String> notes(String key) {
        return server.findNotes("some/prefix/" + key).orElseThrow();
    }

    @Test
    void whatAnUploadInPartsLeavesIsTheSame() {
        storage.putIfAbsent("large", large);

        assertThat(notes("large"))
                .containsKey("x-ms-meta-icechunkwriteid")
                .containsEntry("x-ms-blob-content-type", "application/octet-stream");
    }

    @Test
    void everyoneSignsInTheirOwnWay() {
        storage.put("signed", bytes("1"));
        put("token", new AzureCredentials.Bearer("test-token"));
        put("sas", new AzureCredentials.Sas("?sv=2023-11-03&sig=c2ln"));
        put("anyone", new AzureCredentials.Anonymous());

        assertThat(notes("signed").get("authorization")).matches("SharedKey account:[A-Za-z0-9+/]{43}=");
        assertThat(notes("token")).containsEntry("authorization", "Bearer test-token");
        assertThat(notes("sas")).doesNotContainKey("authorization");
        assertThat(notes("anyone")).doesNotContainKey("authorization");
    }

    private void put(String key, AzureCredentials credentials) {
        try (CloudStorage other = AzureStorage.open(
                AzureFixture.options(server).credentials(credentials).build())) {
            other.put(key, bytes("x"));
            written(other.copyIfMatches(
                    key, key + ".1", other.find(key).orElseThrow().version()));
            assertThat(other.list("").filter(summary -> summary.key().startsWith(key)))
                    .hasSize(2);
        }
    }
}
