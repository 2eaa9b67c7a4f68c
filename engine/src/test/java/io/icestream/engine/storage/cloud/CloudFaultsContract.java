package io.icestream.engine.storage.cloud;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.options;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static io.icestream.engine.storage.cloud.CloudFixture.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.testing.CloudCall;
import io.icestream.engine.testing.CloudFault;
import io.icestream.engine.testing.CloudTestServer;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of requests that the server fails, one way or another; the same for every store. */
public abstract class CloudFaultsContract<S extends CloudTestServer> {
    private static final String REPO = "some/prefix/repo";

    protected final CloudFixture<S> fixture;
    protected final S server;
    protected final CloudStorage storage;

    protected CloudFaultsContract(CloudFixture<S> fixture) {
        this.fixture = fixture;
        this.server = fixture.startServer();
        this.storage = fixture.open(server, options().build());
    }

    /** The store's word for being asked too often, and its status. */
    protected abstract CloudFault throttled(CloudFault fault);

    /** What is said of credentials that are fetched anew and never accepted. */
    protected String neverAccepted() {
        return "does not accept the credentials (Refreshed[...]), or they have expired";
    }

    @AfterEach
    final void stop() {
        storage.close();
        server.close();
    }

    @Test
    void aCreationWhoseReplyWasLostIsRecognised() {
        server.inject(CloudFault.on(CloudCall.PUT).dropAfter());

        PutOutcome outcome = storage.putIfAbsent("repo", bytes("one"));

        assertThat(server.requests()).containsExactly("PUT " + REPO, "STAT " + REPO);
        assertThat(outcome).isEqualTo(new PutOutcome.Written(version("repo")));
        assertThat(storage.statistics().readBacks()).isEqualTo(1);
    }

    @Test
    void aReplacementWhoseReplyWasLostIsRecognised() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.PUT).dropAfter());

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
        assertThat(read("repo")).isEqualTo("two");
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 500, 502, 503, 504})
    void anErrorAfterTheWriteTookEffectIsSettledByReadingBack(int status) {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.PUT).replyAfter(status, "InternalError"));

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
    }

    @Test
    void aRefusalOfOurOwnWriteSentTwiceIsRecognised() {
        // A proxy repeats the request and hands on the reply to the second one.
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.PUT).replyAfter(412, "ConditionNotMet"));

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
    }

    @Test
    void aWriteThatWasLostOnItsWayIsMadeAgain() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.forgetRequests();
        server.inject(CloudFault.on(CloudCall.PUT).dropBefore());

        assertThat(storage.putIfMatches("repo", bytes("two"), one)).isEqualTo(new PutOutcome.Written(version("repo")));
        assertThat(server.requests()).startsWith("PUT " + REPO, "STAT " + REPO, "PUT " + REPO);
    }

    @Test
    void aLostReplyFollowedByAnotherWriteStaysUnknown() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.PUT).dropAfter(this::replaceByAnother));

        PutOutcome outcome = storage.putIfMatches("repo", bytes("two"), one);

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        PutOutcome.Unknown.class,
                        unknown -> assertThat(unknown.cause())
                                .hasMessageContaining("Cannot replace 'repo' in " + storage.location())
                                .hasMessageContaining("no proper answer"));
        assertThat(read("repo")).isEqualTo("another's");
    }

    private void replaceByAnother() {
        try (CloudStorage other = fixture.open(server, options().build())) {
            ObjectVersion present = other.find("repo").orElseThrow().version();
            written(other.putIfMatches("repo", bytes("another's"), present));
        }
    }

    @Test
    void aLostReplyStaysUnknownIfReadingBackFailsToo() {
        server.inject(CloudFault.on(CloudCall.PUT).dropAfter());
        server.inject(CloudFault.on(CloudCall.STAT).always().dropBefore());

        PutOutcome outcome = storage.putIfAbsent("repo", bytes("one"));

        assertThat(outcome).isInstanceOf(PutOutcome.Unknown.class);
        assertThat(((PutOutcome.Unknown) outcome).cause().getSuppressed()).hasSize(1);
    }

    @Test
    void aRefusalThatCannotBeCheckedIsUnknown() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        storage.put("repo", bytes("two"));
        server.inject(CloudFault.on(CloudCall.STAT).always().reply(500, "InternalError"));

        assertThat(storage.putIfMatches("repo", bytes("three"), one)).isInstanceOf(PutOutcome.Unknown.class);
    }

    @Test
    void aServerThatNeverAnswersLeavesTheOutcomeUnknown() {
        server.inject(CloudFault.on(CloudCall.PUT).always().dropBefore());

        assertThat(storage.putIfAbsent("repo", bytes("one"))).isInstanceOf(PutOutcome.Unknown.class);
        assertThat(server.count(CloudCall.PUT)).isEqualTo(4);
        assertThat(storage.find("repo")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"throttled", "429", "500", "503"})
    void aStormThatEndsIsNotNoticed(String error) {
        storage.put("a", bytes("text"));
        for (CloudCall call : List.of(
                CloudCall.GET, CloudCall.PUT, CloudCall.STAT, CloudCall.LIST, CloudCall.DELETE, CloudCall.COPY)) {
            CloudFault fault = CloudFault.on(call).times(3);
            server.inject(
                    error.equals("throttled")
                            ? throttled(fault)
                            : fault.reply(Integer.parseInt(error), "InternalError"));
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
        server.inject(throttled(CloudFault.on(CloudCall.GET).always()));
        server.inject(throttled(CloudFault.on(CloudCall.PUT).always()));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("repo"))
                .withMessageContaining("Cannot read 'repo' in " + storage.location())
                .withMessageContaining("asks for fewer requests")
                .withMessageContaining("; 4 tries (")
                .withMessageContaining(", request request-1)")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThatExceptionOfType(StorageException.class)
                .as("throttled requests certainly wrote nothing")
                .isThrownBy(() -> storage.putIfAbsent("repo", bytes("one")));
        assertThat(server.count(CloudCall.GET)).isEqualTo(4);
        assertThat(server.count(CloudCall.STAT)).isZero();
    }

    @Test
    void aReplyThatBreaksOffIsFetchedAgain() {
        storage.put("a", bytes("0123456789"));
        server.inject(CloudFault.on(CloudCall.GET).times(2).truncate(4));

        assertThat(read("a")).isEqualTo("0123456789");
        server.inject(CloudFault.on(CloudCall.GET).times(2).truncate(4));
        assertThat(text(storage.fetchRange("a", 1, 8))).isEqualTo("12345678");
        assertThat(server.count(CloudCall.GET)).isEqualTo(6);
    }

    @Test
    void repliesThatAlwaysBreakOffAreAnError() {
        storage.put("a", bytes("0123456789"));
        server.inject(CloudFault.on(CloudCall.GET).always().truncate(4));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("a"))
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.fetchRange("a", 0, 8))
                .withMessageContaining("the reply broke off after 4 of 8 bytes")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
    }

    @Test
    void contentThatWasDamagedOnItsWayIsFetchedAgain() {
        storage.put("a", bytes("0123456789"));
        server.inject(CloudFault.on(CloudCall.GET).damage());

        assertThat(read("a")).isEqualTo("0123456789");
        assertThat(server.count(CloudCall.GET)).isEqualTo(2);
    }

    @Test
    void aCopyWhoseReplyWasLostIsMadeAgain() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.COPY).dropAfter());

        written(storage.copyIfMatches("repo", "overwritten/repo.1", one));

        assertThat(read("overwritten/repo.1")).isEqualTo("one");
    }

    @Test
    void aCopyWhoseReplyWasLostBeforeTheOriginalWasReplacedStaysUnknown() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        server.inject(CloudFault.on(CloudCall.COPY).dropAfter(this::replaceByAnother));

        assertThat(storage.copyIfMatches("repo", "overwritten/repo.1", one)).isInstanceOf(PutOutcome.Unknown.class);
    }

    @Test
    void expiredTokensAreFetchedAnew() {
        AtomicInteger fetched = new AtomicInteger();
        try (CloudStorage refreshing = fixture.openWithTokens(
                server,
                options().build(),
                () -> new AccessToken("token-" + fetched.incrementAndGet(), Instant.parse("2100-01-01T00:00:00Z")))) {
            refreshing.put("a", bytes("one"));
            server.expire("token-1");
            written(refreshing.putIfAbsent("b", bytes("two")));
            server.expire("token-2");
            assertThat(refreshing.stat("b")).isPresent();
        }
        assertThat(fetched).hasValue(3);
    }

    @Test
    void tokensThatAreNeverAcceptedAreReported() {
        server.expire("old");
        try (CloudStorage expired = fixture.openWithTokens(
                server, options().build(), () -> new AccessToken("old", Instant.parse("2100-01-01T00:00:00Z")))) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> expired.find("a"))
                    .withMessageContaining(neverAccepted())
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        }
        assertThat(server.count(CloudCall.GET)).as("two fresh tokens are tried").isEqualTo(3);
    }

    @Test
    void aWrongClockIsNamed() {
        RequestOptions ahead = options()
                .clock(() -> Instant.now().plus(Duration.ofMinutes(30)))
                .build();
        server.inject(CloudFault.on(CloudCall.GET).reply(403, "AuthenticationFailed"));
        try (CloudStorage wrong = fixture.open(server, ahead)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> wrong.find("a"))
                    .withMessageMatching(".*the clock of this machine is (29|30) minutes ahead; set it.*");
        }
    }

    @Test
    void saysThatThereIsNoSuchBucket() {
        try (CloudStorage absent =
                fixture.open(server, "nowhere", "p", options().build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> absent.put("a", bytes("x")))
                    .withMessageContaining("create it, or correct the location")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> absent.find("a"))
                    .withMessageContaining("create it, or correct the location");
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> absent.list("").count())
                    .withMessageContaining("create it, or correct the location");
        }
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
    void aProxyIsAskedUnlessTheHostIsReachedWithoutIt() {
        storage.put("a", bytes("text"));
        URI nobody = URI.create("http://127.0.0.1:1");
        RequestOptions through = options()
                .proxy(new ProxyServer(nobody, Optional.empty(), Set.of("example.com")))
                .build();
        RequestOptions past = options()
                .proxy(new ProxyServer(nobody, Optional.empty(), Set.of(".example.com", "127.0.0.1")))
                .build();

        try (CloudStorage proxied = fixture.open(server, through);
                CloudStorage direct = fixture.open(server, past)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> proxied.find("a"))
                    .withMessageContaining("cannot be reached");
            assertThat(text(direct.find("a").orElseThrow().bytes())).isEqualTo("text");
        }
    }

    @Test
    void aReplyThatNeverComesIsGivenUp() {
        CountDownLatch until = new CountDownLatch(1);
        server.inject(CloudFault.on(CloudCall.GET).hold(until));
        Timeouts timeouts =
                new Timeouts(Duration.ofSeconds(5), Duration.ofMillis(500), Optional.empty(), Duration.ofSeconds(30));
        storage.put("a", bytes("text"));
        try (CloudStorage impatient =
                fixture.open(server, options().timeouts(timeouts).build())) {
            assertThat(text(impatient.find("a").orElseThrow().bytes())).isEqualTo("text");
        } finally {
            until.countDown();
        }
        assertThat(server.count(CloudCall.GET)).isEqualTo(2);
    }

    @Test
    void anAttemptHasItsOwnLimit() {
        CountDownLatch until = new CountDownLatch(1);
        server.inject(CloudFault.on(CloudCall.GET).always().hold(until));
        Timeouts timeouts = new Timeouts(
                Duration.ofSeconds(5),
                Duration.ofMinutes(1),
                Optional.of(Duration.ofMillis(50)),
                Duration.ofMinutes(1));
        try (CloudStorage impatient =
                fixture.open(server, options().timeouts(timeouts).build())) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> impatient.find("a"))
                    .withMessageContaining("it took longer than PT0.05S")
                    .withMessageContaining("4 tries");
        } finally {
            until.countDown();
        }
    }

    @Test
    void repetitionsEndWithTheTimeOfTheOperation() {
        server.inject(throttled(CloudFault.on(CloudCall.GET).always()));
        Timeouts timeouts =
                new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(5), Optional.empty(), Duration.ofMillis(500));
        Retries retries = new Retries(1_000_000, Duration.ofMillis(1), Duration.ofMillis(1));
        try (CloudStorage hurried = fixture.open(
                server, options().timeouts(timeouts).retries(retries).build())) {
            assertThatExceptionOfType(StorageException.class).isThrownBy(() -> hurried.find("a"));
        }
        assertThat(server.count(CloudCall.GET)).isBetween(2L, 100_000L);
    }

    @Test
    void anInterruptEndsARequestAtOnce() throws InterruptedException {
        CountDownLatch until = new CountDownLatch(1);
        CountDownLatch failed = new CountDownLatch(1);
        server.inject(CloudFault.on(CloudCall.GET).always().hold(until));
        RequestOptions options = options().build();
        Thread reader = new Thread(() -> {
            try (CloudStorage waiting = fixture.open(server, options)) {
                waiting.find("a");
            } catch (StorageException e) {
                if (Thread.currentThread().isInterrupted() && e.retry() == Retry.CAN_HELP) {
                    failed.countDown();
                }
            }
        });
        reader.start();
        while (server.count(CloudCall.GET) == 0 && reader.isAlive()) {
            LockSupport.parkNanos(1_000_000);
        }
        reader.interrupt();
        reader.join(Duration.ofSeconds(20).toMillis());
        until.countDown();

        assertThat(failed.getCount()).isZero();
    }

    @Test
    void anInterruptEndsTheRepetitions() {
        server.inject(throttled(CloudFault.on(CloudCall.GET).always()));
        RequestOptions interrupted = options()
                .sleeper(duration -> {
                    throw new InterruptedException();
                })
                .build();

        try (CloudStorage impatient = fixture.open(server, interrupted)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> impatient.find("a"))
                    .withMessageContaining("the thread was interrupted")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        }
        assertThat(Thread.interrupted()).isTrue();
        assertThat(server.count(CloudCall.GET)).isEqualTo(1);
    }

    @Test
    void anInterruptAfterALostReplyLeavesTheOutcomeUnknown() {
        server.inject(CloudFault.on(CloudCall.PUT).always().dropBefore());
        RequestOptions interrupted = options()
                .sleeper(duration -> {
                    throw new InterruptedException();
                })
                .build();
        try (CloudStorage impatient = fixture.open(server, interrupted)) {
            assertThat(impatient.putIfAbsent("a", bytes("x"))).isInstanceOf(PutOutcome.Unknown.class);
        }
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void deletionsWhoseRepliesWereLostAreMadeAgain() {
        storage.put("a", bytes("1"));
        storage.put("b", bytes("2"));
        server.inject(CloudFault.on(CloudCall.DELETE_MANY).dropAfter());
        server.inject(CloudFault.on(CloudCall.DELETE).dropAfter());

        storage.delete(List.of("a", "b"));

        assertThat(storage.list("")).isEmpty();
    }

    @Test
    void aServerOfAnotherKindIsFoundOut() {
        storage.put("a", bytes("text"));
        server.inject(CloudFault.on(CloudCall.LIST).reply(302, "Found"));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.list("").count())
                .withMessageContaining("check the endpoint")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
    }

    protected final ObjectVersion version(String key) {
        return storage.find(key).orElseThrow().version();
    }

    protected final String read(String key) {
        return text(storage.find(key).orElseThrow().bytes());
    }
}
