package io.icestream.engine.storage.s3;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.cloud.CloudFixture;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.CloudTransfersContract;
import io.icestream.engine.storage.cloud.StorageClasses;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.S3TestServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large and many objects, and what this store is told with them. */
class S3TransfersTest extends CloudTransfersContract<S3TestServer> {
    S3TransfersTest() {
        super(new S3Fixture());
    }

    @Test
    void aLargeObjectIsMovedOnceInPartsOfOneSize() {
        storage.put("large", large);
        storage.find("large");
        storage.fetchRange("large", 1, 1_400_000);

        assertThat(server.count(CloudCall.UPLOAD_PART)).isEqualTo(6);
        assertThat(storage.statistics().bytesReceived()).isEqualTo(2_900_000);
    }

    @Test
    void manyObjectsAreDeletedInOneRequest() {
        List<String> keys = List.of("a", "b", "c");
        keys.forEach(key -> storage.put(key, bytes(key)));

        storage.delete(keys);

        assertThat(storage.statistics().requests(CloudOperation.DELETE_MANY)).isEqualTo(1);
        assertThat(storage.statistics().requests(CloudOperation.DELETE)).isZero();
    }

    @ParameterizedTest
    @EnumSource(S3Checksum.class)
    void everyChecksumIsSentAndTheContentArrives(S3Checksum checksum) {
        S3Options options = S3Fixture.options(server)
                .requests(CloudFixture.options().transfers(SMALL).build())
                .checksum(checksum)
                .build();
        try (CloudStorage checked = S3Storage.open(options)) {
            checked.put("small", bytes("text"));
            checked.put("large", large);
            assertThat(text(checked.find("small").orElseThrow().bytes())).isEqualTo("text");
            assertThat(checked.find("large").orElseThrow().bytes()).isEqualTo(large);
        }
        boolean sent = headers("small").keySet().stream().anyMatch(name -> name.startsWith("x-amz-checksum-"));
        assertThat(sent).isEqualTo(checksum != S3Checksum.NONE);
    }

    @Test
    void whatTheOptionsSayGoesWithTheRequests() {
        S3Options options = S3Fixture.options(server)
                .storageClasses(
                        new StorageClasses(Optional.of("STANDARD"), Optional.of("EXPRESS"), Optional.of("STANDARD_IA")))
                .encryption(new S3Encryption(Optional.of("key-1"), Optional.of("e30=")))
                .requesterPays()
                .header("x-test-header", "hello")
                .build();
        try (CloudStorage configured = S3Storage.open(options)) {
            configured.put("chunks/A", bytes("1"));
            configured.put("manifests/B", bytes("2"));
            configured.putIfAbsent("repo", bytes("3"));
        }

        assertThat(headers("chunks/A"))
                .containsEntry("x-amz-storage-class", "STANDARD_IA")
                .containsEntry("x-amz-server-side-encryption", "aws:kms")
                .containsEntry("x-amz-server-side-encryption-aws-kms-key-id", "key-1")
                .containsEntry("x-amz-server-side-encryption-context", "e30=")
                .containsEntry("x-amz-request-payer", "requester")
                .containsEntry("x-test-header", "hello")
                .doesNotContainKey("x-amz-meta-icechunkwriteid");
        assertThat(headers("manifests/B")).containsEntry("x-amz-storage-class", "EXPRESS");
        assertThat(headers("repo"))
                .containsEntry("x-amz-storage-class", "STANDARD")
                .containsKey("x-amz-meta-icechunkwriteid");
    }

    private Map<String, String> headers(String key) {
        return server.findNotes("some/prefix/" + key).orElseThrow();
    }

    @Test
    void anonymousRequestsAreNotSigned() {
        storage.put("a", bytes("public"));
        try (CloudStorage anyone = S3Storage.open(S3Fixture.options(server)
                .credentials(new S3Credentials.Anonymous())
                .build())) {
            assertThat(text(anyone.find("a").orElseThrow().bytes())).isEqualTo("public");
        }
    }
}
