package io.icestream.gcs;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.cloud.CloudFaultsContract;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.GcsTestServer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Faults that every store has, and the words of this one. */
class GcsFaultsTest extends CloudFaultsContract<GcsTestServer> {
    GcsFaultsTest() {
        super(new GcsFixture());
    }

    @Override
    protected CloudFault throttled(CloudFault fault) {
        return fault.reply(429, "rateLimitExceeded");
    }

    @Test
    void saysWhatIsWrongWithTheRights() {
        server.inject(CloudFault.on(CloudCall.PUT).reply(403, "forbidden", "x does not have storage.objects.create"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.putIfAbsent("a", bytes("x")))
                .withMessageContaining("access denied (x does not have storage.objects.create); the credentials"
                        + " (Bearer[...]) need the role Storage Object User on the bucket (403 forbidden")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("test-token"));
        server.inject(CloudFault.on(CloudCall.GET)
                .reply(400, "required", "Bucket is a requester pays bucket but no user project provided."));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("a"))
                .withMessageContaining("set the user project");
    }

    @Test
    void throttlingMayComeAsForbidden() {
        server.inject(CloudFault.on(CloudCall.PUT).times(2).reply(403, "userRateLimitExceeded"));

        storage.put("a", bytes("x"));

        assertThat(server.count(CloudCall.PUT)).isEqualTo(3);
    }

    @Test
    void aPayloadThatWasDamagedOnItsWayIsSentAgain() {
        server.inject(CloudFault.on(CloudCall.PUT)
                .reply(400, "invalid", "Provided CRC32C \"a\" doesn't match calculated CRC32C \"b\"."));

        storage.put("a", bytes("x"));

        assertThat(server.count(CloudCall.PUT)).isEqualTo(2);
    }

    @Test
    void aServerWithoutGenerationsIsFoundOut() {
        storage.put("a", bytes("x"));
        server.inject(CloudFault.on(CloudCall.STAT).replyAfter(200, "ok"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.stat("a"))
                .withMessageContaining("does not answer as Google Cloud Storage does")
                .withMessageContaining("check the endpoint");
    }

    @Test
    void ofABatchWhatMayPassIsTriedAgainAndTheRestIsReported() {
        List<String> keys = List.of("a", "b", "undeletable");
        keys.forEach(key -> storage.put(key, bytes("x")));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.delete(keys))
                .withMessageContaining("Cannot delete 3 objects")
                .withMessageContaining("The object is held");
        assertThat(storage.list("").map(summary -> summary.key())).containsExactly("undeletable");
    }

    @Test
    void keysThatCannotBeReadAreReportedWhenTheStorageIsOpened() {
        GcsOptions broken = GcsFixture.options(server)
                .credentials(new GcsCredentials.ServiceAccountKey("{\"type\":\"service_account\"}"))
                .build();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> {
                    try (CloudStorage opened = GcsStorage.open(broken)) {
                        opened.find("a");
                    }
                })
                .withMessageContaining("the credentials (ServiceAccountKey[...]) cannot be read");
    }
}
