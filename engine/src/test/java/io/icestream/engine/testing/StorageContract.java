package io.icestream.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every storage and every decorator of one has to do. A subclass says how to make an empty storage; everything
 * here then runs unchanged.
 */
public abstract class StorageContract extends StorageReadContract {
    private static final int THREADS = 8;

    /** How many increments each of eight threads makes in the race for one object; fewer where a write is slow. */
    protected int incrementsPerThread() {
        return 25;
    }

    /** Whether versions are made of the content alone, so that a state that comes back has the version it had. */
    protected boolean equalBytesHaveEqualVersions() {
        return false;
    }

    @Override
    protected final void place(String key, ByteBuffer content) {
        storage.put(key, content);
    }

    @Test
    void leavesTheBufferOfTheCallerAlone() {
        ByteBuffer whole = bytes("-payload-");
        ByteBuffer payload = whole.duplicate().position(1).limit(8);
        storage.put("a", payload);
        storage.putIfAbsent("b", payload);
        ObjectVersion version = storage.find("b").orElseThrow().version();
        storage.putIfMatches("b", payload, version);

        assertThat(payload.position()).isEqualTo(1);
        assertThat(payload.limit()).isEqualTo(8);
        whole.put(3, (byte) '!');
        assertThat(read("a")).isEqualTo("payload");
        assertThat(read("b")).isEqualTo("payload");
    }

    /** What the engine stores lies in direct memory that holds another chunk right after the call; large, so that it is taken in pieces. */
    @Test
    void takesBuffersOfEveryKindThatAreUsedAgainAtOnce() {
        byte[] content = new byte[700_001];
        new Random(7).nextBytes(content);
        List<ByteBuffer> kinds = List.of(
                ByteBuffer.allocate(content.length + 5),
                ByteBuffer.allocateDirect(content.length + 5),
                ByteBuffer.allocateDirect(content.length + 5));
        for (int kind = 0; kind < kinds.size(); kind++) {
            ByteBuffer memory = kinds.get(kind);
            ByteBuffer payload =
                    memory.duplicate().position(3).put(content).flip().position(3);
            ByteBuffer given = kind == 2 ? payload.asReadOnlyBuffer() : payload;

            storage.put("put-" + kind, given);
            ObjectVersion created = written(storage.putIfAbsent("repo-" + kind, given));
            memory.put(3, new byte[content.length]);
            assertThat(storage.find("put-" + kind).orElseThrow().bytes()).isEqualTo(ByteBuffer.wrap(content));
            assertThat(storage.find("repo-" + kind).orElseThrow().bytes()).isEqualTo(ByteBuffer.wrap(content));

            memory.put(3, content);
            written(storage.putIfMatches("repo-" + kind, given.slice().limit(content.length - 1), created));
            memory.put(3, new byte[content.length]);
            assertThat(storage.find("repo-" + kind).orElseThrow().bytes())
                    .isEqualTo(ByteBuffer.wrap(content, 0, content.length - 1));
        }
    }

    @Test
    void keepsObjectsWithoutContent() {
        storage.put("marker", bytes(""));

        assertThat(storage.find("marker").orElseThrow().sizeBytes()).isZero();
        assertThat(storage.stat("marker").orElseThrow().sizeBytes()).isZero();
        assertThat(storage.fetchRange("marker", 0, 0).remaining()).isZero();
        assertThat(keys("")).containsExactly("marker");
        assertThat(storage.putIfAbsent("marker", bytes("x"))).isEqualTo(new PutOutcome.Refused());
    }

    @Test
    void putReplacesAnObject() {
        storage.put("a", bytes("longer content"));
        ObjectVersion before = storage.find("a").orElseThrow().version();
        storage.put("a", bytes("short"));

        StoredObject after = storage.find("a").orElseThrow();
        assertThat(text(after.bytes())).isEqualTo("short");
        assertThat(after.version()).isNotEqualTo(before);
    }

    @Test
    void readsConditionally() {
        storage.put("a", bytes("one"));
        StoredObject one = storage.find("a").orElseThrow();

        assertThat(storage.findIfChanged("a", one.version())).isEqualTo(new ConditionalRead.Unchanged());

        storage.putIfMatches("a", bytes("two"), one.version());
        ConditionalRead read = storage.findIfChanged("a", one.version());

        assertThat(read)
                .isInstanceOfSatisfying(
                        ConditionalRead.Changed.class,
                        changed -> assertThat(text(changed.object().bytes())).isEqualTo("two"));
    }

    @Test
    void createsOnlyWhatIsAbsent() {
        ObjectVersion version = written(storage.putIfAbsent("refs/a", bytes("one")));

        assertThat(storage.find("refs/a").orElseThrow().version()).isEqualTo(version);
        assertThat(storage.putIfAbsent("refs/a", bytes("two"))).isEqualTo(new PutOutcome.Refused());
        assertThat(read("refs/a")).isEqualTo("one");
    }

    @Test
    void createsAgainAfterADeletion() {
        ObjectVersion first = written(storage.putIfAbsent("a", bytes("one")));
        storage.delete(List.of("a"));

        ObjectVersion second = written(storage.putIfAbsent("a", bytes("two")));

        assertThat(second).isNotEqualTo(first);
        assertThat(storage.putIfMatches("a", bytes("three"), first)).isEqualTo(new PutOutcome.Refused());
    }

    @Test
    void replacesOnlyTheExpectedVersion() {
        ObjectVersion first = written(storage.putIfAbsent("repo", bytes("one")));
        ObjectVersion second = written(storage.putIfMatches("repo", bytes("two"), first));

        assertThat(storage.putIfMatches("repo", bytes("lost"), first)).isEqualTo(new PutOutcome.Refused());
        assertThat(read("repo")).isEqualTo("two");
        assertThat(storage.find("repo").orElseThrow().version()).isEqualTo(second);
        written(storage.putIfMatches("repo", bytes("three"), second));
        assertThat(read("repo")).isEqualTo("three");
    }

    @Test
    void aVersionFromAReadIsGoodForAWrite() {
        storage.put("repo", bytes("one"));
        ObjectVersion read = storage.find("repo").orElseThrow().version();

        written(storage.putIfMatches("repo", bytes("two"), read));
    }

    @Test
    void doesNotReplaceWhatIsGone() {
        ObjectVersion version = written(storage.putIfAbsent("repo", bytes("one")));
        storage.delete(List.of("repo"));

        assertThat(storage.putIfMatches("repo", bytes("two"), version)).isEqualTo(new PutOutcome.Refused());
        assertThat(storage.copyIfMatches("repo", "copy", version)).isEqualTo(new PutOutcome.Refused());
        assertThat(keys("")).isEmpty();
    }

    @Test
    void neverGivesTwoStatesOneVersion() {
        // Equal sizes in quick succession are the hard case for versions that are made of file attributes.
        Set<ObjectVersion> versions = new HashSet<>();
        ObjectVersion version = written(storage.putIfAbsent("repo", bytes("000")));
        versions.add(version);
        for (int i = 1; i < 200; i++) {
            int content = equalBytesHaveEqualVersions() ? i : i % 2;
            version = written(storage.putIfMatches("repo", bytes("%03d".formatted(content)), version));
            assertThat(versions.add(version))
                    .as("version %s after %d writes is new", version, i)
                    .isTrue();
        }
    }

    @Test
    void copiesTheExpectedVersion() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));

        ObjectVersion copy = written(storage.copyIfMatches("repo", "overwritten/repo.1", one));

        assertThat(storage.find("overwritten/repo.1").orElseThrow().version()).isEqualTo(copy);
        ObjectVersion two = written(storage.putIfMatches("repo", bytes("two"), one));
        assertThat(read("overwritten/repo.1")).isEqualTo("one");
        assertThat(read("repo")).isEqualTo("two");
        assertThat(storage.copyIfMatches("repo", "overwritten/repo.2", one)).isEqualTo(new PutOutcome.Refused());
        assertThat(keys("")).containsExactlyInAnyOrder("repo", "overwritten/repo.1");

        written(storage.copyIfMatches("repo", "overwritten/repo.1", two));
        assertThat(read("overwritten/repo.1")).isEqualTo("two");
        written(storage.copyIfMatches("repo", "overwritten/repo.1", two));
        assertThat(read("overwritten/repo.1")).isEqualTo("two");
    }

    @Test
    void changingACopyLeavesTheOriginal() {
        ObjectVersion one = written(storage.putIfAbsent("repo", bytes("one")));
        ObjectVersion copy = written(storage.copyIfMatches("repo", "copy", one));

        written(storage.putIfMatches("copy", bytes("changed"), copy));
        storage.put("copy", bytes("again"));

        assertThat(read("repo")).isEqualTo("one");
        assertThat(storage.findIfChanged("repo", one)).isEqualTo(new ConditionalRead.Unchanged());
    }

    @Test
    void deletesWhatIsThereAndMindsNothingElse() {
        storage.put("chunks/A", bytes("1"));
        storage.put("chunks/B", bytes("2"));

        storage.delete(List.of("chunks/A", "chunks/C", "elsewhere/D", "chunks"));

        assertThat(keys("")).containsExactly("chunks/B");
        storage.delete(List.of());
        storage.delete(List.of("chunks/B"));
        assertThat(keys("")).isEmpty();
        assertThat(storage.find("chunks/B")).isEmpty();
    }

    @Test
    void deletesMany() {
        List<String> many = IntStream.range(0, 300).mapToObj(i -> "chunks/" + i).toList();
        many.forEach(key -> storage.put(key, bytes(key)));

        storage.delete(many.subList(0, 299));

        assertThat(keys("")).containsExactly("chunks/299");
    }

    @Test
    void listsByPrefix() {
        for (String key : List.of("repo", "snapshots/1A", "snapshots/1B", "snapshots/2C", "snapshot", "chunks/9/8/7")) {
            storage.put(key, bytes(key));
        }

        assertThat(keys("")).hasSize(6);
        assertThat(keys("snapshots/")).containsExactlyInAnyOrder("snapshots/1A", "snapshots/1B", "snapshots/2C");
        assertThat(keys("snapshots/1")).containsExactlyInAnyOrder("snapshots/1A", "snapshots/1B");
        assertThat(keys("snap")).containsExactlyInAnyOrder("snapshots/1A", "snapshots/1B", "snapshots/2C", "snapshot");
        assertThat(keys("chunks/9/8")).containsExactly("chunks/9/8/7");
        assertThat(keys("chunks/9/8/7")).containsExactly("chunks/9/8/7");
        assertThat(keys("absent/")).isEmpty();
        assertThat(keys("repo/")).isEmpty();
    }

    @Test
    void listsSizesAndTimes() {
        storage.put("snapshots/A", bytes("12345"));

        try (Stream<ObjectSummary> listing = storage.list("snapshots/")) {
            assertThat(listing).containsExactly(storage.stat("snapshots/A").orElseThrow());
        }
    }

    @Test
    void listingIsLazyAndCanBeAbandoned() {
        for (int i = 0; i < 50; i++) {
            storage.put("chunks/" + i, bytes("x"));
        }

        try (Stream<ObjectSummary> listing = storage.list("chunks/")) {
            Iterator<ObjectSummary> iterator = listing.iterator();
            ObjectSummary first = iterator.next();
            storage.delete(
                    keys("").stream().filter(key -> !key.equals(first.key())).toList());
            storage.put("chunks/new", bytes("x"));
            iterator.forEachRemaining(summary -> assertThat(summary.key()).startsWith("chunks/"));
        }
        try (Stream<ObjectSummary> listing = storage.list("")) {
            assertThat(listing.findFirst()).isPresent();
        }
    }

    @Test
    void listsWhatIsWrittenDuringTheListingAtMostOnce() {
        storage.put("a/1", bytes("x"));
        storage.put("a/2", bytes("x"));

        List<String> seen = new ArrayList<>();
        try (Stream<ObjectSummary> listing = storage.list("a/")) {
            listing.forEach(summary -> {
                storage.put(summary.key(), bytes("rewritten"));
                seen.add(summary.key());
            });
        }

        assertThat(seen).containsExactlyInAnyOrder("a/1", "a/2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "/",
                "/a",
                "a/",
                "a//b",
                ".",
                "..",
                "../a",
                "a/..",
                "a/../b",
                "a/./b",
                "a\\b",
                "a\0",
                "a\nb",
                "repo#1",
                "chunks/A#0042"
            })
    void refusesKeysThatAreNotValid(String key) {
        ByteBuffer content = bytes("x");
        ObjectVersion version = new ObjectVersion("any");
        List<Runnable> calls = List.of(
                () -> storage.find(key),
                () -> storage.findIfChanged(key, version),
                () -> storage.fetchRange(key, 0, 0),
                () -> storage.stat(key),
                () -> storage.put(key, content),
                () -> storage.putIfAbsent(key, content),
                () -> storage.putIfMatches(key, content, version),
                () -> storage.copyIfMatches(key, "target", version),
                () -> storage.copyIfMatches("source", key, version),
                () -> storage.delete(List.of(key)));

        calls.forEach(call -> assertThatIllegalArgumentException()
                .isThrownBy(call::run)
                .withMessageContaining("Invalid key '" + key + "'"));
        assertThat(keys("")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/a", "a//", "..", "../", "../a", "a/../b", "a\0"})
    void refusesPrefixesThatAreNotValid(String prefix) {
        assertThatThrownBy(() -> storage.list(prefix).close())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Invalid prefix");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a+b!", "a#b", "a#1b", "#", "v1#2/ref.json", "a.b", "..a", "a=b,c", "it's", "a%20b"})
    void takesUnusualKeysAsTheyAre(String key) {
        storage.put(key, bytes(key));

        assertThat(read(key)).isEqualTo(key);
        assertThat(keys("")).containsExactly(key);
    }

    @Test
    void ofManyWhoCreateOneObjectOneSucceeds() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "refs/race-" + round;
            List<PutOutcome> outcomes = inParallel(thread -> storage.putIfAbsent(key, bytes("thread " + thread)));

            List<Integer> winners = IntStream.range(0, THREADS)
                    .filter(thread -> outcomes.get(thread) instanceof PutOutcome.Written)
                    .boxed()
                    .toList();
            assertThat(winners).as("outcomes %s", outcomes).hasSize(1);
            assertThat(outcomes.stream().filter(new PutOutcome.Refused()::equals))
                    .hasSize(THREADS - 1);
            assertThat(read(key)).isEqualTo("thread " + winners.get(0));
            assertThat(storage.find(key).orElseThrow().version()).isEqualTo(written(outcomes.get(winners.get(0))));
        }
        assertThat(keys("")).hasSize(10);
    }

    @Test
    void noIncrementIsLostAmongManyThreads() throws Exception {
        storage.put("repo", bytes("0"));

        inParallel(thread -> {
            for (int i = 0; i < incrementsPerThread(); i++) {
                increment(storage, "repo", "overwritten/" + thread + "." + i);
            }
            return thread;
        });

        assertThat(read("repo")).isEqualTo(Integer.toString(THREADS * incrementsPerThread()));
        Set<String> backups = new HashSet<>();
        keys("overwritten/").forEach(key -> backups.add(read(key)));
        assertThat(backups).hasSize(THREADS * incrementsPerThread());
    }

    @Test
    void readersSeeWholeObjectsWhileTheyAreReplaced() throws Exception {
        storage.put("repo", bytes("0".repeat(10_000)));

        inParallel(thread -> {
            for (int i = 0; i < incrementsPerThread(); i++) {
                StoredObject object = storage.find("repo").orElseThrow();
                String content = text(object.bytes());
                assertThat(content).isEqualTo(content.substring(0, 1).repeat(content.length()));
                if (thread < 2) {
                    char next = (char) ('a' + (thread * 13 + i) % 26);
                    storage.putIfMatches("repo", bytes(String.valueOf(next).repeat(9_000 + i)), object.version());
                }
            }
            return thread;
        });
    }

    /**
     * Adds one to the number that an object holds, by the same steps as a commit: read, back up, replace; again if
     * another was faster.
     *
     * @param storage where the object is
     * @param key key of the object
     * @param backup where to copy the version that is replaced
     */
    public static void increment(Storage storage, String key, String backup) {
        for (int attempt = 0; attempt < 100_000; attempt++) {
            StoredObject object = storage.find(key).orElseThrow();
            if (storage.copyIfMatches(key, backup, object.version()) instanceof PutOutcome.Refused) {
                continue;
            }
            int next = Integer.parseInt(text(object.bytes())) + 1;
            PutOutcome outcome = storage.putIfMatches(key, bytes(Integer.toString(next)), object.version());
            if (outcome instanceof PutOutcome.Written) {
                return;
            }
            assertThat(outcome).isEqualTo(new PutOutcome.Refused());
        }
        throw new AssertionError("No attempt to increment " + key + " succeeded");
    }

    private String read(String key) {
        return text(storage.find(key).orElseThrow().bytes());
    }

    private List<String> keys(String prefix) {
        try (Stream<ObjectSummary> listing = storage.list(prefix)) {
            return listing.map(ObjectSummary::key).toList();
        }
    }

    private static ObjectVersion written(PutOutcome outcome) {
        assertThat(outcome).isInstanceOf(PutOutcome.Written.class);
        return ((PutOutcome.Written) outcome).version();
    }

    /** Starts all threads at one moment and gives their results in order. */
    private static <T> List<T> inParallel(ThreadTask<T> task) throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(THREADS);
        try {
            CountDownLatch start = new CountDownLatch(THREADS);
            List<Callable<T>> calls = new ArrayList<>();
            for (int thread = 0; thread < THREADS; thread++) {
                int number = thread;
                calls.add(() -> {
                    start.countDown();
                    start.await();
                    return task.run(number);
                });
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        } finally {
            executor.shutdownNow();
        }
    }

    private interface ThreadTask<T> {
        T run(int thread) throws Exception;
    }
}
