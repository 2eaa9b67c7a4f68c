package io.icestream.engine.storage.s3;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.cloud.CloudFaultsContract;
import io.icestream.engine.storage.cloud.CloudFixture;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.S3TestServer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Faults that every store has, and the words of this one. */
class S3FaultsTest extends CloudFaultsContract<S3TestServer> {
    S3FaultsTest() {
        super(new S3Fixture());
    }

    @Override
    protected CloudFault throttled(CloudFault fault) {
        return fault.reply(503, "SlowDown");
    }

    @Override
    protected String neverAccepted() {
        return "the credentials have expired; renew them, or use ones that are refreshed (Refreshed[...])";
    }

    @Test
    void aRequestThatTookTheStoreTooLongIsSettledByReadingBack() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.PUT).replyAfter(400, "RequestTimeout"));

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
    }

    @Test
    void aConflictWithAWriteUnderWayIsTriedAgain() {
        server.inject(CloudFault.on(CloudCall.PUT).times(2).reply(409, "ConditionalRequestConflict"));

        written(storage.putIfAbsent("repo", bytes("one")));

        assertThat(server.count(CloudCall.PUT)).isEqualTo(3);
        assertThat(server.count(CloudCall.STAT)).isZero();
    }

    @Test
    void theRegionOfTheBucketIsNamed() {
        server.requireRegion("eu-central-1");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("repo"))
                .withMessageContaining(
                        "the bucket is in region eu-central-1; set the region to that instead of us-east-1")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        assertThat(server.count(CloudCall.GET)).isEqualTo(1);
    }

    @Test
    void expiredKeysThatCannotBeRenewedAreReportedAtOnce() {
        S3Credentials.Keys keys =
                new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY, Optional.of("old"));
        server.expire("old");
        try (CloudStorage expired =
                S3Storage.open(S3Fixture.options(server).credentials(keys).build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> expired.find("a"))
                    .withMessageContaining("the credentials have expired")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain(S3TestServer.SECRET_KEY, "old"));
        }
        assertThat(server.count(CloudCall.GET)).isEqualTo(1);
    }

    @Test
    void expiredKeysThatTheMachineMayRenewAreReportedAsAFailureThatMayPass() {
        Map<String, String> found = Map.of(
                "aws.accessKeyId", S3TestServer.ACCESS_KEY,
                "aws.secretAccessKey", S3TestServer.SECRET_KEY,
                "aws.sessionToken", "old");
        found.forEach(System::setProperty);
        server.expire("old");
        S3Options options = S3Fixture.options(server)
                .credentials(new S3Credentials.Environment())
                .build();
        try (CloudStorage expired = S3Storage.open(options)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> expired.find("a"))
                    .withMessageContaining("the credentials have expired")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        } finally {
            found.keySet().forEach(System::clearProperty);
        }
        assertThat(server.count(CloudCall.GET))
                .as("tried again, in case they have been renewed")
                .isEqualTo(3);
    }

    @Test
    void saysWhatIsWrongWithTheKeysTheRightsOrTheStore() {
        S3Options.Builder stranger = S3Fixture.options(server).credentials(new S3Credentials.Keys("who", "secret"));
        try (CloudStorage unknown = S3Storage.open(stranger.build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> unknown.find("a"))
                    .withMessageContaining("does not accept the credentials (Keys[who])")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        }
        server.inject(CloudFault.on(CloudCall.LIST).reply(403, "AccessDenied"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.list("").count())
                .withMessageContaining("access denied")
                .withMessageContaining("(403 AccessDenied, request request-1)");
        server.inject(CloudFault.on(CloudCall.PUT).reply(501, "NotImplemented"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.putIfAbsent("a", bytes("x")))
                .withMessageContaining("choose one with conditional writes");
        try (CloudStorage absent =
                fixture.open(server, "nowhere", "p", CloudFixture.options().build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> absent.put("a", bytes("x")))
                    .withMessageContaining("there is no bucket 'nowhere'; create it, or correct the location");
        }
    }

    @Test
    void ofSeveralDeletionsTheOneThatFailedIsReported() {
        List<String> keys = List.of("a", "b", "undeletable");
        keys.forEach(key -> storage.put(key, bytes("x")));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.delete(keys))
                .withMessageContaining("Cannot delete 3 objects")
                .withMessageContaining("'some/prefix/undeletable' was not deleted (AccessDenied: It is held)")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));

        assertThat(storage.list("").map(summary -> summary.key())).containsExactly("undeletable");
        assertThat(server.count(CloudCall.DELETE_MANY)).isEqualTo(1);
    }
}
