package io.icestream.gcs;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static io.icestream.engine.storage.cloud.CloudFixture.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.CloudTransfersContract;
import io.icestream.engine.storage.cloud.StorageClasses;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.GcsTestServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Large and many objects, and what this store is told with them. */
class GcsTransfersTest extends CloudTransfersContract<GcsTestServer> {
    GcsTransfersTest() {
        super(new GcsFixture());
    }

    @Test
    void whatTheStoreHasNotTakenOfAPartIsSentAgain() {
        server.takeAtMost(100_000);

        written(storage.putIfAbsent("a", large));

        assertThat(storage.find("a").orElseThrow().bytes()).isEqualTo(large);
        assertThat(server.count(CloudCall.UPLOAD_PART)).isEqualTo(15);
    }

    @Test
    void aLargeCopyGoesOnUntilItIsDone() {
        storage.put("a", large);

        written(storage.copyIfMatches("a", "b", storage.find("a").orElseThrow().version()));

        assertThat(storage.find("b").orElseThrow().bytes()).isEqualTo(large);
        assertThat(server.count(CloudCall.COPY)).isEqualTo(2);
    }

    @Test
    void manyObjectsAreDeletedInBatches() {
        List<String> keys = List.of("a", "b", "c");
        keys.forEach(key -> storage.put(key, bytes(key)));

        storage.delete(keys);

        assertThat(storage.statistics().requests(CloudOperation.DELETE_MANY)).isEqualTo(1);
        assertThat(storage.statistics().requests(CloudOperation.DELETE)).isZero();
    }

    @Test
    void whatTheOptionsSayGoesWithTheRequests() {
        GcsOptions options = GcsFixture.options(server)
                .storageClasses(
                        new StorageClasses(Optional.of("STANDARD"), Optional.of("NEARLINE"), Optional.of("COLDLINE")))
                .encryptionKey("projects/p/locations/l/keyRings/r/cryptoKeys/k")
                .userProject("lab")
                .build();
        try (CloudStorage configured = GcsStorage.open(options)) {
            configured.put("chunks/A", bytes("1"));
            configured.put("manifests/B", bytes("2"));
            written(configured.copyIfMatches(
                    "repo", "overwritten/repo.1", written(configured.putIfAbsent("repo", bytes("3")))));
        }

        assertThat(notes("chunks/A"))
                .containsEntry("storageClass", "COLDLINE")
                .containsEntry("kmsKeyName", "projects/p/locations/l/keyRings/r/cryptoKeys/k")
                .containsEntry("userProject", "lab")
                .doesNotContainKey("metadata.icechunkwriteid");
        assertThat(notes("manifests/B")).containsEntry("storageClass", "NEARLINE");
        assertThat(notes("repo")).containsEntry("storageClass", "STANDARD").containsKey("metadata.icechunkwriteid");
        assertThat(notes("overwritten/repo.1"))
                .containsEntry("destinationKmsKeyName", "projects/p/locations/l/keyRings/r/cryptoKeys/k");
    }

    private Map<String, String> notes(String key) {
        return server.findNotes("some/prefix/" + key).orElseThrow();
    }

    @Test
    void anonymousRequestsCarryNoToken() {
        storage.put("a", bytes("public"));
        server.expire("test-token");
        try (CloudStorage anyone = GcsStorage.open(GcsFixture.options(server)
                .credentials(new GcsCredentials.Anonymous())
                .build())) {
            assertThat(text(anyone.find("a").orElseThrow().bytes())).isEqualTo("public");
        }
    }
}
