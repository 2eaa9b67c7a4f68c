package io.icestream.engine.storage.s3;

import static io.icestream.engine.storage.s3.S3Fixture.bytes;
import static io.icestream.engine.storage.s3.S3Fixture.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.testing.S3Call;
import io.icestream.engine.testing.S3Fault;
import io.icestream.engine.testing.S3TestServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of requests that the server fails, one way or another. */
class S3FaultsTest {
    private static final String REPO = "some/prefix/repo";

    private final S3TestServer server = S3TestServer.start("bucket");
    private final S3Storage storage = S3Storage.open(S3Fixture.options(server).build());

    @AfterEach
    void stop() {
        storage.close();
        server.close();
    }

    @Test
    void aCreationWhoseReplyWasLostIsRecognised() {
        server.inject(S3Fault.on(S3Call.PUT).dropAfter());

        PutOutcome outcome = storage.putIfAbsent("repo", bytes("one"));

        assertThat(outcome).isEqualTo(new PutOutcome.Written(version("repo")));
        assertThat(server.requests()).startsWith("PUT " + REPO, "HEAD " + REPO);
        assertThat(storage.statistics().readBacks()).isEqualTo(1);
    }

    @Test
    void aReplacementWhoseReplyWasLostIsRecognised() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(S3Fault.on(S3Call.PUT).dropAfter());

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
        assertThat(read("repo")).isEqualTo("two");
    }

    @ParameterizedTest
    @CsvSource({
        "500,InternalError",
        "502,BadGateway",
        "503,ServiceUnavailable",
        "504,GatewayTimeout",
        "400,RequestTimeout"
    })
    void anErrorAfterTheWriteTookEffectIsSettledByReadingBack(int status, String code) {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(S3Fault.on(S3Call.PUT).replyAfter(status, code));

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
    }

    @Test
    void aRefusalOfOurOwnWriteSentTwiceIsRecognised() {
        // A proxy repeats the request and hands on the reply to the second one.
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(S3Fault.on(S3Call.PUT).replyAfter(412, "PreconditionFailed"));

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
    }

    @Test
    void aWriteThatWasLostOnItsWayIsMadeAgain() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.forgetRequests();
        server.inject(S3Fault.on(S3Call.PUT).dropBefore());

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
        assertThat(server.requests()).startsWith("PUT " + REPO, "HEAD " + REPO, "PUT " + REPO);
    }

    @Test
    void aLostReplyFollowedByAnotherWriteStaysUnknown() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(S3Fault.on(S3Call.PUT).dropAfter(this::replaceByAnother));

        PutOutcome outcome = storage.putIfMatches("repo", bytes("two"), one);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        PutOutcome.Unknown.class,
                        unknown -> assertThat(unknown.cause())
                                .hasMessageContaining("Cannot replace 'repo' in s3://bucket/some/prefix")
                                .hasMessageContaining("no proper answer"));
        assertThat(read("repo")).isEqualTo("another's");
    }

    private void replaceByAnother() {
        try (S3Storage other = S3Storage.open(S3Fixture.options(server).build())) {
            ObjectVersion present = other.find("repo").orElseThrow().version();
            written(other.putIfMatches("repo", bytes("another's"), present));
        }
    }

    @Test
    void aLostReplyStaysUnknownIfReadingBackFailsToo() {
        server.inject(S3Fault.on(S3Call.PUT).dropAfter());
        server.inject(S3Fault.on(S3Call.HEAD).always().dropBefore());

        PutOutcome outcome = storage.putIfAbsent("repo", bytes("one"));

        assertThat(outcome).isInstanceOf(PutOutcome.Unknown.class);
        assertThat(((PutOutcome.Unknown) outcome).cause().getSuppressed()).hasSize(1);
    }

    @Test
    void aRefusalThatCannotBeCheckedIsUnknown() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        storage.put("repo", bytes("two"));
        server.inject(S3Fault.on(S3Call.HEAD).always().reply(500, "InternalError"));

        assertThat(storage.putIfMatches("repo", bytes("three"), one)).isInstanceOf(PutOutcome.Unknown.class);
    }

    @Test
    void aServerThatNeverAnswersLeavesTheOutcomeUnknown() {
        server.inject(S3Fault.on(S3Call.PUT).always().dropBefore());

        assertThat(storage.putIfAbsent("repo", bytes("one"))).isInstanceOf(PutOutcome.Unknown.class);
        assertThat(server.count(S3Call.PUT)).isEqualTo(4);
        assertThat(storage.find("repo")).isEmpty();
    }

    @Test
    void aConflictWithAWriteUnderWayIsTriedAgain() {
        server.inject(S3Fault.on(S3Call.PUT).times(2).reply(409, "ConditionalRequestConflict"));

        written(storage.putIfAbsent("repo", bytes("one")));

        assertThat(server.count(S3Call.PUT)).isEqualTo(3);
        assertThat(server.count(S3Call.HEAD)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"503,SlowDown", "429,TooManyRequests", "500,InternalError"})
    void aStormThatEndsIsNotNoticed(int status, String code) {
        storage.put("a", bytes("text"));
        for (S3Call call : List.of(S3Call.GET, S3Call.PUT, S3Call.HEAD, S3Call.LIST, S3Call.DELETE, S3Call.COPY)) {
            server.inject(S3Fault.on(call).times(3).reply(status, code));
        }

        assertThat(read("a")).isEqualTo("text");
        assertThat(storage.stat("a")).isPresent();
        storage.put("b", bytes("b"));
        written(storage.copyIfMatches("a", "c", version("a")));
        storage.delete(List.of("b"));
        assertThat(storage.list("").map(summary -> summary.key())).containsExactly("a", "c");
        assertThat(storage.statistics().repetitions()).isEqualTo(18);
    }

    @Test
    void aStormThatDoesNotEndIsReportedAsOneThatMayPass() {
        server.inject(S3Fault.on(S3Call.GET).always().reply(503, "SlowDown"));
        server.inject(S3Fault.on(S3Call.PUT).always().reply(503, "SlowDown"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("repo"))
                .withMessageContaining("Cannot read 'repo' in s3://bucket/some/prefix at http://127.0.0.1")
                .withMessageContaining("asks for fewer requests")
                .withMessageContaining("4 tries (503 SlowDown, request request-1")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThatExceptionOfType(StorageException.class)
                .as("throttled requests certainly wrote nothing")
                .isThrownBy(() -> storage.putIfAbsent("repo", bytes("one")));
        assertThat(server.count(S3Call.GET)).isEqualTo(4);
    }

    @Test
    void aReplyThatBreaksOffIsFetchedAgain() {
        storage.put("a", bytes("0123456789"));
        server.inject(S3Fault.on(S3Call.GET).times(2).truncate(4));

        assertThat(read("a")).isEqualTo("0123456789");
        server.inject(S3Fault.on(S3Call.GET).times(2).truncate(4));
        assertThat(text(storage.fetchRange("a", 1, 8))).isEqualTo("12345678");
        assertThat(server.count(S3Call.GET)).isEqualTo(6);
    }

    @Test
    void repliesThatAlwaysBreakOffAreAnError() {
        storage.put("a", bytes("0123456789"));
        server.inject(S3Fault.on(S3Call.GET).always().truncate(4));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("a"))
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.fetchRange("a", 0, 8))
                .withMessageContaining("the reply broke off after 4 of 8 bytes")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
    }

    @Test
    void aCopyWhoseReplyWasLostIsMadeAgain() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(S3Fault.on(S3Call.COPY).dropAfter());

        written(storage.copyIfMatches("repo", "overwritten/repo.1", one));

        assertThat(read("overwritten/repo.1")).isEqualTo("one");
    }

    @Test
    void theRegionOfTheBucketIsNamed() {
        server.requireRegion("eu-central-1");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("repo"))
                .withMessageContaining(
                        "the bucket is in region eu-central-1; set the region to that instead of us-east-1")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        assertThat(server.count(S3Call.GET)).isEqualTo(1);
    }

    @Test
    void expiredKeysAreFetchedAnew() {
        AtomicInteger fetched = new AtomicInteger();
        S3Credentials.Refreshed refreshed = new S3Credentials.Refreshed(() -> new S3Credentials.TemporaryKeys(
                new S3Credentials.Keys(
                        S3TestServer.ACCESS_KEY,
                        S3TestServer.SECRET_KEY,
                        Optional.of("token-" + fetched.incrementAndGet())),
                Instant.parse("2100-01-01T00:00:00Z")));
        try (S3Storage refreshing =
                S3Storage.open(S3Fixture.options(server).credentials(refreshed).build())) {
            refreshing.put("a", bytes("one"));
            server.expire("token-1");
            written(refreshing.putIfAbsent("b", bytes("two")));
            server.expire("token-2");
            assertThat(refreshing.stat("b")).isPresent();
        }
        assertThat(fetched).hasValue(3);
    }

    @Test
    void keysAreFetchedAnewBeforeTheyExpire() {
        Instant start = Instant.parse("2026-11-21T00:00:00Z");
        Instant[] now = {start};
        AtomicInteger fetched = new AtomicInteger();
        S3Credentials.Refreshed refreshed = new S3Credentials.Refreshed(() -> new S3Credentials.TemporaryKeys(
                new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY),
                start.plus(Duration.ofHours(fetched.incrementAndGet()))));
        RefreshedCredentials provider = new RefreshedCredentials(refreshed, () -> now[0]);

        provider.resolveCredentials();
        now[0] = start.plus(Duration.ofMinutes(58));
        provider.resolveCredentials();
        assertThat(fetched).hasValue(1);
        now[0] = start.plus(Duration.ofMinutes(59));
        provider.resolveCredentials();
        assertThat(fetched).hasValue(2);
    }

    @Test
    void expiredKeysThatCannotBeRenewedAreReportedAtOnce() {
        S3Credentials.Keys keys =
                new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY, Optional.of("old"));
        server.expire("old");
        try (S3Storage expired =
                S3Storage.open(S3Fixture.options(server).credentials(keys).build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> expired.find("a"))
                    .withMessageContaining("the credentials have expired")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP))
                    .satisfies(e -> assertThat(e.getMessage()).doesNotContain(S3TestServer.SECRET_KEY, "old"));
        }
        assertThat(server.count(S3Call.GET)).isEqualTo(1);
    }

    @Test
    void saysWhatIsWrongWithTheBucketOrTheKeys() {
        S3Options.Builder elsewhere = S3Fixture.options(server).location(S3Location.parse("s3://nowhere/p"));
        try (S3Storage absent = S3Storage.open(elsewhere.build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> absent.put("a", bytes("x")))
                    .withMessageContaining("there is no bucket 'nowhere'; create it, or correct the location");
        }
        S3Options.Builder stranger = S3Fixture.options(server).credentials(new S3Credentials.Keys("who", "secret"));
        try (S3Storage unknown = S3Storage.open(stranger.build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> unknown.find("a"))
                    .withMessageContaining("does not accept the credentials (Keys[who])")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        }
        server.inject(S3Fault.on(S3Call.LIST).reply(403, "AccessDenied"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.list("").count())
                .withMessageContaining("access denied")
                .withMessageContaining("(403 AccessDenied, request request-1)");
        server.inject(S3Fault.on(S3Call.PUT).reply(501, "NotImplemented"));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.putIfAbsent("a", bytes("x")))
                .withMessageContaining("choose one with conditional writes");
    }

    @Test
    void aServerThatIsNotThereCanComeBack() {
        server.close();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("a"))
                .withMessageContaining("cannot be reached")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThatExceptionOfType(StorageException.class)
                .as("nothing was sent, so nothing was written")
                .isThrownBy(() -> storage.putIfAbsent("a", bytes("x")));
    }

    @Test
    void aReplyThatNeverComesIsGivenUp() {
        CountDownLatch until = new CountDownLatch(1);
        server.inject(S3Fault.on(S3Call.GET).hold(until));
        S3Timeouts timeouts =
                new S3Timeouts(Duration.ofSeconds(5), Duration.ofMillis(100), Optional.empty(), Duration.ofSeconds(30));
        try (S3Storage impatient =
                S3Storage.open(S3Fixture.options(server).timeouts(timeouts).build())) {
            storage.put("a", bytes("text"));
            assertThat(text(impatient.find("a").orElseThrow().bytes())).isEqualTo("text");
        } finally {
            until.countDown();
        }
        assertThat(server.count(S3Call.GET)).isEqualTo(2);
    }

    @Test
    void repetitionsEndWithTheTimeOfTheOperation() {
        server.inject(S3Fault.on(S3Call.GET).always().reply(503, "SlowDown"));
        S3Timeouts timeouts =
                new S3Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Optional.empty(), Duration.ofMillis(200));
        S3Retries retries = new S3Retries(1_000_000, Duration.ofMillis(1), Duration.ofMillis(1));
        try (S3Storage hurried = S3Storage.open(
                S3Fixture.options(server).timeouts(timeouts).retries(retries).build())) {
            assertThatExceptionOfType(StorageException.class).isThrownBy(() -> hurried.find("a"));
        }
        assertThat(server.count(S3Call.GET)).isBetween(2L, 100_000L);
    }

    @Test
    void anInterruptEndsTheRepetitions() {
        server.inject(S3Fault.on(S3Call.GET).always().reply(503, "SlowDown"));
        try (S3Storage interrupted = S3Storage.open(S3Fixture.options(server)
                .sleeper(duration -> {
                    throw new InterruptedException();
                })
                .build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> interrupted.find("a"))
                    .withMessageContaining("the thread was interrupted")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.count(S3Call.GET)).isEqualTo(1);
    }

    @Test
    void anInterruptAfterALostReplyLeavesTheOutcomeUnknown() {
        server.inject(S3Fault.on(S3Call.PUT).always().dropBefore());
        try (S3Storage interrupted = S3Storage.open(S3Fixture.options(server)
                .sleeper(duration -> {
                    throw new InterruptedException();
                })
                .build())) {
            assertThat(interrupted.putIfAbsent("a", bytes("x"))).isInstanceOf(PutOutcome.Unknown.class);
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aDeletionWhoseReplyWasLostIsMadeAgain() {
        storage.put("a", bytes("1"));
        storage.put("b", bytes("2"));
        server.inject(S3Fault.on(S3Call.DELETE_MANY).dropAfter());

        storage.delete(List.of("a", "b"));

        assertThat(storage.list("")).isEmpty();
    }

    @Test
    void aStoreThatAlwaysGivesAnotherETagNeverTakesPartsOfTwoVersionsForOne() {
        S3Transfers small = new S3Transfers(1 << 20, 1 << 20, 4, 4);
        server.inject(S3Fault.on(S3Call.GET).from(2).times(1).wrongEtag());
        storage.put("a", bytes("0123456789"));
        try (S3Storage parts =
                S3Storage.open(S3Fixture.options(server).transfers(small).build())) {
            assertThat(text(parts.fetchRange("a", 0, 10))).isEqualTo("0123456789");
        }
        assertThat(server.count(S3Call.GET)).as("three parts, read twice").isEqualTo(6);
    }

    private ObjectVersion version(String key) {
        return storage.find(key).orElseThrow().version();
    }

    private String read(String key) {
        ByteBuffer found = storage.find(key).orElseThrow().bytes();
        return text(found);
    }

    private static ObjectVersion written(PutOutcome outcome) {
        assertThat(outcome).isInstanceOf(PutOutcome.Written.class);
        return ((PutOutcome.Written) outcome).version();
    }
}
