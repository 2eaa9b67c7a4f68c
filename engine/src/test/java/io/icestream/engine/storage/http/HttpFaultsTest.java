package io.icestream.engine.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.ReadOnlyStorageException;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.testing.HttpTestServer;
import io.icestream.engine.testing.HttpTestServer.Fault;
import io.icestream.engine.testing.HttpTestServer.Habit;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What web servers do wrong, and what they leave out. */
class HttpFaultsTest {
    private static final byte[] TEN = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    private final HttpTestServer server = HttpTestServer.start();
    private final List<Duration> pauses = new ArrayList<>();
    private final HttpOptions options = HttpOptions.defaults().withSleeper(pauses::add);

    @AfterEach
    void stop() {
        server.close();
    }

    private HttpStorage open() {
        server.put("/d/ten", TEN, NOON);
        return HttpStorage.open(server.url() + "/d", options);
    }

    @ParameterizedTest
    @ValueSource(ints = {408, 429, 500, 502, 503, 504})
    void repeatsWhatMayPass(int status) {
        HttpStorage storage = open();
        server.inject(new Fault.Status(status), new Fault.Drop(), new Fault.Cut(4), new Fault.Status(status));

        assertThat(storage.find("ten").orElseThrow().bytes()).isEqualTo(ByteBuffer.wrap(TEN));
        assertThat(server.requests()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(pauses).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 405, 501})
    void doesNotRepeatWhatCannotPass(int status) {
        HttpStorage storage = open();
        server.inject(new Fault.Status(status));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("ten"))
                .withMessageContaining("'ten'")
                .withMessageContaining(String.valueOf(status))
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void givesUpAfterItsTries() {
        server.put("/d/ten", TEN);
        HttpStorage storage =
                HttpStorage.open(server.url() + "/d", options.withLimits(HttpLimits.DEFAULT.withMaxTries(3)));
        server.inject(new Fault.Status(500), new Fault.Status(500), new Fault.Status(500), new Fault.Status(500));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.fetchRange("ten", 2, 3))
                .withMessageContaining("bytes 2 to 5")
                .withMessageContaining("3 tries")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
        assertThat(pauses).hasSize(2).allMatch(pause -> pause.compareTo(Duration.ofMillis(200)) <= 0);
    }

    @Test
    void givesUpOnAStalledReply() {
        server.put("/d/ten", TEN);
        HttpLimits limits = HttpLimits.DEFAULT.withMaxTries(2).withRead(Duration.ofMillis(200));
        HttpStorage storage = HttpStorage.open(server.url() + "/d", options.withLimits(limits));
        server.inject(new Fault.Stall());

        assertThat(storage.find("ten")).isPresent();
        assertThat(pauses).hasSize(1);
    }

    @Test
    void saysThatAServerCannotBeReached() {
        HttpStorage storage = open();
        server.close();

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("ten"))
                .withMessageContaining("cannot be reached")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CAN_HELP));
    }

    @Test
    void readsOnlyWholeObjectsOfAServerWithoutRanges() {
        HttpStorage storage = open();
        server.adopt(Habit.IGNORES_RANGES);

        assertThat(storage.fetchRange("ten", 0, 10)).isEqualTo(ByteBuffer.wrap(TEN));
        for (long[] range : new long[][] {{0, 9}, {1, 9}, {3, 2}}) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.fetchRange("ten", range[0], range[1]))
                    .withMessageContaining("ignores ranges")
                    .withMessageContaining("10 bytes");
        }
        assertThatThrownBy(() -> storage.fetchRange("ten", 0, 11)).hasMessageContaining("has 10 bytes");
    }

    @Test
    void readsRepliesWithoutLength() {
        HttpStorage storage = open();
        server.adopt(Habit.CHUNKED);

        assertThat(storage.find("ten").orElseThrow().sizeBytes()).isEqualTo(10);
        assertThat(storage.fetchRange("ten", 2, 3)).isEqualTo(ByteBuffer.wrap(TEN, 2, 3));
        assertThatThrownBy(() -> storage.stat("ten")).hasMessageContaining("how long the object is");
    }

    @Test
    void noticesARangeThatIsAnotherOne() {
        HttpStorage storage = open();
        server.adopt(Habit.SHIFTS_RANGES);

        assertThatThrownBy(() -> storage.fetchRange("ten", 2, 3)).hasMessageContaining("another range (bytes 3-4/10)");
    }

    @Test
    void noticesAReplyThatIsTooShort() {
        HttpStorage storage = open();
        server.inject(new Fault.Shorten(2));

        assertThatThrownBy(() -> storage.fetchRange("ten", 2, 3)).hasMessageContaining("2 of 3 bytes");
    }

    @Test
    void refusesBytesThatAreEncoded() {
        HttpStorage storage = open();
        server.adopt(Habit.CODED);

        assertThatThrownBy(() -> storage.find("ten")).hasMessageContaining("'gzip'");
        assertThatThrownBy(() -> storage.fetchRange("ten", 2, 3)).hasMessageContaining("'gzip'");
    }

    @Test
    void aStrongTagSavesThePayload() {
        HttpStorage storage = open();
        StoredObject read = storage.find("ten").orElseThrow();

        assertThat(read.version().token()).isEqualTo(server.tag("/d/ten"));
        assertThat(storage.findIfChanged("ten", read.version())).isEqualTo(new ConditionalRead.Unchanged());
        assertThat(server.requestHeaders().get(1).getFirst("If-None-Match")).isEqualTo(server.tag("/d/ten"));
    }

    @ParameterizedTest
    @EnumSource(
            value = Habit.class,
            names = {"NO_TAGS", "WEAK_TAGS"})
    void tellsVersionsByTheirContentWhereThereAreNoStrongTags(Habit habit) {
        HttpStorage storage = open();
        server.adopt(habit);
        ObjectVersion first = storage.find("ten").orElseThrow().version();

        assertThat(first.token()).startsWith("sha256:");
        assertThat(storage.findIfChanged("ten", first)).isEqualTo(new ConditionalRead.Unchanged());
        server.put("/d/ten", new byte[] {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}, NOON);
        assertThat(storage.findIfChanged("ten", first)).isInstanceOf(ConditionalRead.Changed.class);
        assertThat(storage.find("ten").orElseThrow().version()).isNotEqualTo(first);
    }

    @Test
    void readsConditionallyAlsoFromServersThatIgnoreIt() {
        open();
        URI url = URI.create(server.url() + "/d/ten");
        ByteRange range = new ByteRange(2, 3);
        try (HttpReader reader = HttpReader.open(options, (from, to) -> false)) {
            for (int round = 0; round < 2; round++) {
                String tag = server.tag("/d/ten");
                assertThat(reader.fetchRange(url, range, new ReadCondition.EntityTag(tag)))
                        .hasValue(ByteBuffer.wrap(TEN, 2, 3));
                assertThat(reader.fetchRange(url, range, new ReadCondition.EntityTag(tag.replace("\"", ""))))
                        .isPresent();
                assertThat(reader.fetchRange(url, range, new ReadCondition.EntityTag("other")))
                        .isEmpty();
                assertThat(reader.fetchRange(url, range, new ReadCondition.UnmodifiedSince(NOON)))
                        .isPresent();
                assertThat(reader.fetchRange(url, range, new ReadCondition.UnmodifiedSince(NOON.minusSeconds(1))))
                        .isEmpty();
                server.adopt(Habit.IGNORES_CONDITIONS);
            }
            server.adopt(Habit.NO_TAGS);
            server.adopt(Habit.NO_TIMES);
            assertThatThrownBy(() -> reader.fetchRange(url, range, new ReadCondition.EntityTag("x")))
                    .hasMessageContaining("cannot be verified");
            assertThatThrownBy(() -> reader.fetchRange(url, range, new ReadCondition.UnmodifiedSince(NOON)))
                    .hasMessageContaining("cannot be verified");
            assertThat(reader.fetchRange(url, range, ReadCondition.none())).isPresent();
        }
    }

    @Test
    void readsLargeRangesInPartsOfOneVersion() {
        byte[] large = new byte[100_000];
        new Random(42).nextBytes(large);
        byte[] other = new byte[100_000];
        new Random(43).nextBytes(other);
        server.put("/d/large", large);
        HttpStorage storage =
                HttpStorage.open(server.url() + "/d", options.withLimits(HttpLimits.DEFAULT.withPartBytes(10_000)));

        assertThat(storage.fetchRange("large", 5, 99_990))
                .isEqualTo(ByteBuffer.wrap(large, 5, 99_990).slice());
        assertThat(server.requests()).hasSize(10);

        server.inject(new Fault.Meanwhile(() -> {}), new Fault.Meanwhile(() -> server.put("/d/large", other)));
        ByteBuffer read = storage.fetchRange("large", 5, 99_990);
        assertThat(read.equals(ByteBuffer.wrap(large, 5, 99_990)) || read.equals(ByteBuffer.wrap(other, 5, 99_990)))
                .as("all bytes are of one version")
                .isTrue();
        assertThatThrownBy(() -> storage.fetchRange("large", 5, 100_000)).hasMessageContaining("has 100000 bytes");
        assertThatExceptionOfType(ObjectNotFoundException.class)
                .isThrownBy(() -> storage.fetchRange("absent", 5, 99_990));
    }

    @Test
    void followsRedirectionsWithoutItsHeaders() {
        open();
        server.redirect("/d/old", server.url() + "/d/ten");
        server.redirect(
                "/d/away", "http://localhost:" + URI.create(server.url()).getPort() + "/d/ten");
        HttpStorage storage =
                HttpStorage.open(server.url() + "/d", options.withHeaders(Map.of("Authorization", "Bearer x")));

        assertThat(storage.find("old")).isPresent();
        assertThat(server.requestHeaders()).allMatch(sent -> sent.containsKey("Authorization"));
        assertThat(storage.fetchRange("away", 1, 2)).isEqualTo(ByteBuffer.wrap(TEN, 1, 2));
        assertThat(server.requestHeaders().get(3).containsKey("Authorization")).isFalse();
        assertThat(options.withHeaders(Map.of("Authorization", "Bearer x")).toString())
                .doesNotContain("Bearer");
    }

    @Test
    void sendsTheQueryOfItsAddressAndDoesNotShowIt() {
        open();
        HttpStorage storage = HttpStorage.open(server.url() + "/d?sig=secret", options);

        assertThat(storage.find("ten")).isPresent();
        assertThat(server.requests()).containsExactly("GET /d/ten?sig=secret");
        assertThat(storage.location()).isEqualTo(server.url() + "/d");
        assertThatThrownBy(() -> storage.fetchRange("ten", 0, 20)).message().doesNotContain("secret");
    }

    @Test
    void neitherWritesNorLists() {
        HttpStorage storage = open();
        ByteBuffer content = ByteBuffer.wrap(TEN);
        ObjectVersion version = new ObjectVersion("v");
        List<Runnable> calls = List.of(
                () -> storage.put("a", content),
                () -> storage.putIfAbsent("a", content),
                () -> storage.putIfMatches("a", content, version),
                () -> storage.copyIfMatches("a", "b", version),
                () -> storage.delete(List.of("a")),
                () -> storage.list("snapshots/").close());

        calls.forEach(call -> assertThatExceptionOfType(ReadOnlyStorageException.class)
                .isThrownBy(call::run)
                .withMessageContaining(storage.location()));
        assertThat(server.requests()).isEmpty();
        assertThat(storage.objectionToCreation()).isPresent();
        storage.delete(List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://host/x", "https:///x", "data", "http://host/a#b", "http://ho st/"})
    void refusesWhatIsNoWebAddress(String url) {
        assertThatIllegalArgumentException().isThrownBy(() -> HttpStorage.open(url, options));
    }
}
