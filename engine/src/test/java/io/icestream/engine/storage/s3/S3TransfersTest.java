package io.icestream.engine.storage.s3;

import static io.icestream.engine.storage.s3.S3Fixture.bytes;
import static io.icestream.engine.storage.s3.S3Fixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.S3Call;
import io.icestream.engine.testing.S3Fault;
import io.icestream.engine.testing.S3TestServer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Large objects, listings of many, and what is sent along with every request. */
class S3TransfersTest {
    private static final S3Transfers SMALL = new S3Transfers(1 << 20, 1 << 18, 1 << 18, 4);

    private final S3TestServer server = S3TestServer.start("bucket");
    private final S3Storage storage =
            S3Storage.open(S3Fixture.options(server).transfers(SMALL).build());
    private final ByteBuffer large = random(1_500_000);

    @AfterEach
    void stop() {
        storage.close();
        server.close();
    }

    private static ByteBuffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    @Test
    void largeObjectsGoUpAndComeDownInParts() {
        storage.put("large", large);

        assertThat(storage.find("large").orElseThrow().bytes()).isEqualTo(large);
        assertThat(storage.fetchRange("large", 1, 1_400_000)).isEqualTo(large.slice(1, 1_400_000));
        assertThat(server.count(S3Call.UPLOAD_PART)).isEqualTo(6);
        assertThat(server.count(S3Call.PUT)).isZero();
        assertThat(server.count(S3Call.GET)).isEqualTo(12);
        assertThat(server.unfinishedUploads("bucket")).isZero();
        assertThat(storage.statistics().bytesReceived()).isEqualTo(2_900_000);
    }

    @Test
    void theConditionGoesWithTheCompletionOfAnUpload() {
        ObjectVersion one = written(storage.putIfAbsent("repo", large));
        assertThat(storage.putIfAbsent("repo", large)).isEqualTo(new PutOutcome.Refused());
        ObjectVersion two = written(storage.putIfMatches("repo", random(1_200_000), one));
        assertThat(storage.putIfMatches("repo", large, one)).isEqualTo(new PutOutcome.Refused());

        assertThat(storage.find("repo").orElseThrow().version()).isEqualTo(two);
        assertThat(server.unfinishedUploads("bucket"))
                .as("refused ones are aborted")
                .isZero();
    }

    @Test
    void aCompletionWhoseReplyWasLostIsRecognised() {
        server.inject(S3Fault.on(S3Call.COMPLETE_MULTIPART).dropAfter());
        ObjectVersion version = written(storage.putIfAbsent("a", large));
        assertThat(storage.find("a").orElseThrow().version()).isEqualTo(version);

        server.inject(S3Fault.on(S3Call.COMPLETE_MULTIPART).dropAfter());
        storage.put("b", large);
        assertThat(storage.find("b").orElseThrow().bytes()).isEqualTo(large);

        server.inject(S3Fault.on(S3Call.COMPLETE_MULTIPART).dropBefore());
        written(storage.putIfAbsent("c", large));
        assertThat(server.unfinishedUploads("bucket")).isZero();
    }

    @Test
    void partsThatFailAreSentAgainAndAnUploadThatCannotBeDoneIsAborted() {
        server.inject(S3Fault.on(S3Call.UPLOAD_PART).from(3).times(2).dropAfter());
        storage.put("a", large);
        assertThat(storage.find("a").orElseThrow().bytes()).isEqualTo(large);

        server.inject(S3Fault.on(S3Call.UPLOAD_PART).always().reply(500, "InternalError"));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> storage.putIfAbsent("b", large));
        assertThat(storage.find("b")).isEmpty();
        assertThat(server.unfinishedUploads("bucket")).isZero();
    }

    @Test
    void anObjectThatIsReplacedWhileItIsReadIsReadAnew() {
        storage.put("a", large);
        ByteBuffer other = random(1_400_000).put(0, (byte) 1);
        server.inject(S3Fault.on(S3Call.GET).from(2).dropAfter(() -> replace(other)));

        assertThat(storage.find("a").orElseThrow().bytes()).isEqualTo(other);
    }

    private void replace(ByteBuffer content) {
        try (S3Storage another = S3Storage.open(S3Fixture.options(server).build())) {
            another.put("a", content);
        }
    }

    @ParameterizedTest
    @EnumSource(S3Checksum.class)
    void everyChecksumIsSentAndTheContentArrives(S3Checksum checksum) {
        try (S3Storage checked = S3Storage.open(
                S3Fixture.options(server).transfers(SMALL).checksum(checksum).build())) {
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
                .storageClasses(new S3StorageClasses(
                        Optional.of("STANDARD"), Optional.of("EXPRESS"), Optional.of("STANDARD_IA")))
                .encryption(new S3Encryption(Optional.of("key-1"), Optional.of("e30=")))
                .requesterPays()
                .header("x-test-header", "hello")
                .build();
        try (S3Storage configured = S3Storage.open(options)) {
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
        return server.findHeaders("bucket", "some/prefix/" + key).orElseThrow();
    }

    @Test
    void anonymousRequestsAreNotSigned() {
        storage.put("a", bytes("public"));
        try (S3Storage anyone = S3Storage.open(S3Fixture.options(server)
                .credentials(new S3Credentials.Anonymous())
                .build())) {
            assertThat(text(anyone.find("a").orElseThrow().bytes())).isEqualTo("public");
        }
    }

    @Test
    void listsPageAfterPageAndOnlyAsFarAsIsRead() {
        server.limitPages(10);
        for (int i = 0; i < 35; i++) {
            storage.put("chunks/%02d".formatted(i), bytes("x"));
        }
        storage.put("chunks-not", bytes("x"));

        assertThat(storage.list("chunks/")).hasSize(35);
        assertThat(server.count(S3Call.LIST)).isEqualTo(4);
        assertThat(storage.list("").limit(5)).hasSize(5);
        assertThat(server.count(S3Call.LIST)).isEqualTo(5);
    }

    @Test
    void twoPrefixesOfOneBucketAreApart() {
        S3Options other = S3Fixture.options(server)
                .location(S3Location.parse("s3://bucket/some/prefix2/"))
                .build();
        try (S3Storage neighbour = S3Storage.open(other)) {
            neighbour.put("a", bytes("theirs"));
            storage.put("a", bytes("ours"));

            assertThat(storage.list("")).hasSize(1);
            assertThat(text(neighbour.find("a").orElseThrow().bytes())).isEqualTo("theirs");
            assertThat(neighbour.location()).startsWith("s3://bucket/some/prefix2 at http://127.0.0.1:");
        }
    }

    private static ObjectVersion written(PutOutcome outcome) {
        assertThat(outcome).isInstanceOf(PutOutcome.Written.class);
        return ((PutOutcome.Written) outcome).version();
    }
}
