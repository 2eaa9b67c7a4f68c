package io.icestream.engine.storage.cloud;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.is;
import static io.icestream.engine.storage.cloud.CloudFixture.options;
import static io.icestream.engine.storage.cloud.CloudFixture.random;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static io.icestream.engine.storage.cloud.CloudFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.CloudTestServer;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Large objects, many objects, and ranges of objects that others replace; the same for every store. */
public abstract class CloudTransfersContract<S extends CloudTestServer> {
    /** Parts of 256 KiB both ways, from 1 MiB on. */
    protected static final Transfers SMALL = new Transfers(1 << 20, 1 << 18, 1 << 18, 4);

    protected final CloudFixture<S> fixture;
    protected final S server;
    protected final CloudStorage storage;
    /** In direct memory, as the engine has what it stores. */
    protected final ByteBuffer large =
            ByteBuffer.allocateDirect(1_500_000).put(random(1_500_000)).flip().asReadOnlyBuffer();

    protected CloudTransfersContract(CloudFixture<S> fixture) {
        this.fixture = fixture;
        this.server = fixture.startServer();
        this.storage = fixture.open(server, options().transfers(SMALL).build());
    }

    @AfterEach
    final void stop() {
        storage.close();
        server.close();
    }

    @Test
    void largeObjectsGoUpAndComeDownInParts() {
        storage.put("large", large);

        assertThat(storage.find("large").orElseThrow().bytes()).isEqualTo(large);
        assertThat(storage.fetchRange("large", 1, 1_400_000)).isEqualTo(large.slice(1, 1_400_000));
        assertThat(server.count(CloudCall.UPLOAD_PART)).isBetween(5L, 6L);
        assertThat(server.count(CloudCall.COMPLETE_UPLOAD)).isEqualTo(1);
        assertThat(server.count(CloudCall.PUT)).isZero();
        assertThat(server.count(CloudCall.GET)).isEqualTo(12);
        assertThat(server.unfinishedUploads()).isZero();
        assertThat(storage.statistics().bytesSent()).isEqualTo(1_500_000);
        assertThat(storage.statistics().bytesReceived()).isBetween(2_900_000L, 2_950_000L);
    }

    @Test
    void theConditionGoesWithTheCompletionOfAnUpload() {
        ObjectVersion one = written(storage.putIfAbsent("repo", large));
        assertThat(storage.putIfAbsent("repo", large)).isEqualTo(new PutOutcome.Refused());
        ObjectVersion two = written(storage.putIfMatches("repo", random(1_200_000), one));
        assertThat(storage.putIfMatches("repo", large, one)).isEqualTo(new PutOutcome.Refused());

        assertThat(storage.find("repo").orElseThrow().version()).isEqualTo(two);
        assertThat(server.unfinishedUploads()).as("refused ones are aborted").isZero();
    }

    @Test
    void anUploadThatAnotherOvertakesIsRefused() {
        ObjectVersion one = written(storage.putIfAbsent("repo", large));
        server.inject(CloudFault.on(CloudCall.UPLOAD_PART).from(3).dropAfter(() -> replace("repo", random(10))));

        assertThat(storage.putIfMatches("repo", large, one)).isEqualTo(new PutOutcome.Refused());
        assertThat(storage.find("repo").orElseThrow().sizeBytes()).isEqualTo(10);
        assertThat(server.unfinishedUploads()).isZero();
    }

    @Test
    void ofTwoUploadsOfOneKeyAtTheSameTimeOneSucceeds() {
        PutOutcome[] inner = new PutOutcome[1];
        try (CloudStorage other =
                fixture.open(server, options().transfers(SMALL).build())) {
            server.inject(CloudFault.on(CloudCall.UPLOAD_PART)
                    .from(4)
                    .dropAfter(() -> inner[0] = other.putIfAbsent("repo", random(1_100_000))));
            assertThat(storage.putIfAbsent("repo", large)).isEqualTo(new PutOutcome.Refused());
        }
        assertThat(inner[0]).isInstanceOf(PutOutcome.Written.class);
        assertThat(storage.find("repo").orElseThrow().sizeBytes()).isEqualTo(1_100_000);
    }

    @Test
    void aCompletionWhoseReplyWasLostIsRecognised() {
        server.inject(CloudFault.on(CloudCall.COMPLETE_UPLOAD).dropAfter());
        ObjectVersion version = written(storage.putIfAbsent("a", large));
        assertThat(storage.find("a").orElseThrow().version()).isEqualTo(version);

        server.inject(CloudFault.on(CloudCall.COMPLETE_UPLOAD).dropAfter());
        storage.put("b", large);
        assertThat(storage.find("b").orElseThrow().bytes()).isEqualTo(large);

        server.inject(CloudFault.on(CloudCall.COMPLETE_UPLOAD).dropBefore());
        written(storage.putIfAbsent("c", large));
        assertThat(storage.find("c").orElseThrow().bytes()).isEqualTo(large);
        assertThat(server.unfinishedUploads()).isZero();
    }

    @Test
    void partsThatFailAreSentAgainAndAnUploadThatCannotBeDoneIsAborted() {
        server.inject(CloudFault.on(CloudCall.UPLOAD_PART).from(3).times(2).dropAfter());
        storage.put("a", large);
        assertThat(storage.find("a").orElseThrow().bytes()).isEqualTo(large);

        server.inject(CloudFault.on(CloudCall.UPLOAD_PART).always().reply(500, "InternalError"));
        assertThatExceptionOfType(StorageException.class).isThrownBy(() -> storage.putIfAbsent("b", large));
        assertThat(storage.find("b")).isEmpty();
        assertThat(server.unfinishedUploads()).isZero();
    }

    @Test
    void anObjectThatIsReplacedWhileItIsReadIsReadAnew() {
        storage.put("a", large);
        ByteBuffer other = random(1_400_000).put(0, (byte) 1);
        server.inject(CloudFault.on(CloudCall.GET).from(2).dropAfter(() -> replace("a", other)));

        assertThat(storage.find("a").orElseThrow().bytes()).isEqualTo(other);
    }

    private void replace(String key, ByteBuffer content) {
        try (CloudStorage another = fixture.open(server, options().build())) {
            another.put(key, content);
        }
    }

    @Test
    void partsOfTwoVersionsAreNeverTakenForOne() {
        Transfers tiny = new Transfers(1 << 20, 1 << 18, 4, 4);
        server.inject(CloudFault.on(CloudCall.GET).from(2).wrongVersion());
        storage.put("a", bytes("0123456789"));
        try (CloudStorage parts = fixture.open(server, options().transfers(tiny).build())) {
            assertThat(text(parts.fetchRange("a", 0, 10))).isEqualTo("0123456789");
        }
        assertThat(server.count(CloudCall.GET)).as("three parts, read twice").isEqualTo(6);
    }

    @Test
    void aRangeOfAKnownVersionIsReadOnlyWhileTheObjectHasIt() {
        storage.put("a", large);
        ReadCondition same = is(storage.find("a").orElseThrow().version());

        assertThat(storage.fetchRange("a", new ByteRange(10, 1_000_000), same)).contains(large.slice(10, 1_000_000));
        assertThat(storage.fetchRange("a", new ByteRange(10, 0), same)).contains(ByteBuffer.allocate(0));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.fetchRange("a", new ByteRange(1_499_999, 2), same))
                .withMessageContaining("1500000 bytes");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.fetchRange("a", new ByteRange(1_600_000, 2), same))
                .withMessageContaining("1500000 bytes");

        storage.put("a", bytes("another"));
        assertThat(storage.fetchRange("a", new ByteRange(1, 2), same)).isEmpty();
        assertThat(storage.fetchRange("a", new ByteRange(1, 0), same)).isEmpty();
        assertThat(storage.fetchRange("a", new ByteRange(10, 1_000_000), same)).isEmpty();
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> storage.fetchRange("b", new ByteRange(1, 2), same));
    }

    @Test
    void aRangeIsReadOnlyIfTheObjectWasNotModifiedSince() {
        storage.put("a", bytes("0123456789"));
        Instant modified = storage.find("a").orElseThrow().lastModified();
        ByteRange range = new ByteRange(2, 3);

        assertThat(storage.fetchRange("a", range, ReadCondition.none())).contains(bytes("234"));
        assertThat(storage.fetchRange("a", range, new ReadCondition.UnmodifiedSince(modified)))
                .contains(bytes("234"));
        assertThat(storage.fetchRange("a", range, new ReadCondition.UnmodifiedSince(modified.minusSeconds(1))))
                .isEmpty();
    }

    @Test
    void twoPrefixesOfOneBucketAreApart() {
        try (CloudStorage neighbour = fixture.open(
                server, CloudTestServer.BUCKET, "some/prefix2/", options().build())) {
            neighbour.put("a", bytes("theirs"));
            storage.put("a", bytes("ours"));

            assertThat(storage.list("")).hasSize(1);
            assertThat(text(neighbour.find("a").orElseThrow().bytes())).isEqualTo("theirs");
            assertThat(neighbour.location()).contains("/bucket/some/prefix2 at http://127.0.0.1:");
            assertThat(neighbour.objectionToCreation()).isEmpty();
        }
    }

    @Test
    void manyObjectsAreDeleted() {
        List<String> keys = IntStream.range(0, 250)
                .mapToObj(i -> "chunks/%03d".formatted(i))
                .toList();
        keys.forEach(key -> storage.put(key, bytes("x")));

        storage.delete(keys.subList(0, 249));

        assertThat(storage.list("").map(summary -> summary.key())).containsExactly("chunks/249");
    }

    @Test
    void listsPageAfterPageAndOnlyAsFarAsIsRead() {
        server.limitPages(10);
        for (int i = 0; i < 35; i++) {
            storage.put("chunks/%02d".formatted(i), bytes("x"));
        }
        storage.put("chunks-not", bytes("x"));

        assertThat(storage.list("chunks/")).hasSize(35);
        assertThat(server.count(CloudCall.LIST)).isEqualTo(4);
        assertThat(storage.list("").limit(5)).hasSize(5);
        assertThat(server.count(CloudCall.LIST)).isEqualTo(5);
    }

    @Test
    void whatIsCountedIsWhatWasSent() {
        storage.put("a", bytes("0123456789"));
        storage.find("a");
        storage.stat("a");
        storage.delete(List.of("a"));

        CloudStatistics statistics = storage.statistics();
        assertThat(statistics.requests(CloudOperation.PUT)).isEqualTo(1);
        assertThat(statistics.requests(CloudOperation.GET)).isEqualTo(1);
        assertThat(statistics.requests(CloudOperation.STAT)).isEqualTo(1);
        assertThat(statistics.requests(CloudOperation.DELETE)).isEqualTo(1);
        assertThat(statistics.allRequests()).isEqualTo(4);
        assertThat(statistics.bytesSent()).isEqualTo(10);
        assertThat(statistics.bytesReceived()).isEqualTo(10);
    }
}
