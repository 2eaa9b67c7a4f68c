package io.icestream.engine.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudServerContract;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.storage.cloud.Transfers;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code ICESTREAM_TEST_S3} is a location such as {@code s3://bucket/prefix?endpoint=…}, and the AWS variables hold the
 * keys.
 */
@Tag("s3-server")
class S3ServerTest extends CloudServerContract {
    private final S3Options options = S3Settings.parse(location("ICESTREAM_TEST_S3"), Map.of(), System.getenv())
            .build();

    @Override
    protected CloudStorage open(Transfers transfers) {
        return S3Storage.open(place().requests(
                        options.requests().toBuilder().transfers(transfers).build())
                .build());
    }

    private S3Options.Builder place() {
        return options.toBuilder().location(new S3Location(options.location().bucket(), new KeyPrefix(prefix)));
    }

    @Override
    protected boolean equalBytesHaveEqualVersions() {
        return true;
    }

    @Test
    void uploadsThatWereRefusedAreAborted() {
        ByteBuffer content = ByteBuffer.allocate(8_000_000);
        try (CloudStorage storage = open(new Transfers(6 << 20, 5 << 20, 4 << 20, 4))) {
            assertThat(storage.putIfAbsent("large", content)).isInstanceOf(PutOutcome.Written.class);
            assertThat(storage.putIfAbsent("large", content)).isEqualTo(new PutOutcome.Refused());
            assertThat(storage.statistics().requests(CloudOperation.ABORT_UPLOAD))
                    .isEqualTo(1);
        }
    }

    @Test
    void aRefusalOfALargeBodyIsSettledThoughTheServerAnswersEarly() {
        try (CloudStorage storage = open(Transfers.DEFAULT)) {
            storage.put("repo", bytes("there"));

            PutOutcome outcome = storage.putIfAbsent("repo", ByteBuffer.allocate(8_000_000));

            assertThat(outcome).isNotInstanceOf(PutOutcome.Written.class);
            assertThat(text(storage.find("repo").orElseThrow().bytes())).isEqualTo("there");
        }
    }

    @Test
    void saysWhatIsWrongWithTheBucketOrTheKeys() {
        S3Options elsewhere =
                place().location(S3Location.parse("s3://no-such-bucket-here/p")).build();
        try (CloudStorage storage = S3Storage.open(elsewhere)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.find("a"))
                    .withMessageContaining("there is no bucket 'no-such-bucket-here'");
        }
        S3Options stranger =
                place().credentials(new S3Credentials.Keys("nobody", "nothing")).build();
        try (CloudStorage storage = S3Storage.open(stranger)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.find("a"))
                    .withMessageContaining("does not accept the credentials (Keys[nobody])");
        }
    }
}
