package io.icestream.azure;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.cloud.CloudFaultsContract;
import io.icestream.engine.testing.AzureTestServer;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Faults that every store has, and the words of this one. */
class AzureFaultsTest extends CloudFaultsContract<AzureTestServer> {
    AzureFaultsTest() {
        super(new AzureFixture());
    }

    @Override
    protected CloudFault throttled(CloudFault fault) {
        return fault.reply(503, "ServerBusy");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "403|AuthenticationFailed|does not accept the credentials (AccountKey[...]): told so; check account, key",
                "403|AuthorizationPermissionMismatch|access denied (told so)",
                "401|NoAuthenticationInformation|the container is not public; set credentials",
                "409|PublicAccessNotPermitted|the container is not public; set credentials",
                "409|BlobArchived|move it to another one to read it",
                "412|LeaseIdMissing|break the lease",
                "404||does not answer as Azure Blob storage does",
                "400|InvalidHeaderValue|told so (400 InvalidHeaderValue, request request-1)"
            })
    void saysWhatIsWrong(int status, String code, String message) {
        server.inject(CloudFault.on(CloudCall.PUT).reply(status, code == null ? "" : code, "told so"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.putIfAbsent("a", bytes("x")))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(AzureTestServer.KEY));
    }

    @Test
    void aPayloadThatWasDamagedOnItsWayIsSentAgain() {
        server.inject(CloudFault.on(CloudCall.PUT).reply(400, "Md5Mismatch"));

        storage.put("a", bytes("x"));

        assertThat(server.count(CloudCall.PUT)).isEqualTo(2);
    }

    @Test
    void aCopyUnderWayIsWaitedForAndOneThatIsPendingElsewhereIsTriedAgain() {
        storage.put("a", bytes("x"));
        server.copyWithinLooks(3);
        server.inject(CloudFault.on(CloudCall.COPY).reply(409, "PendingCopyOperation"));

        storage.copyIfMatches("a", "b", version("a"));

        assertThat(read("b")).isEqualTo("x");
        assertThat(server.count(CloudCall.COPY)).isEqualTo(2);
        assertThat(server.count(CloudCall.STAT)).isEqualTo(3);
    }
}
