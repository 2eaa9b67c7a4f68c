package io.icestream.engine.model;

import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The storage as one process of a simulation sees it: every call takes simulated time before and perhaps after it takes
 * effect, during which others go on; and it may go wrong. For one actor.
 */
final class SimulatedStorage implements Storage {
    /** Chances out of a thousand. */
    record Odds(int failure, int lostReply, int lostRequest, int lateArrival, int death) {
        static final Odds NONE = new Odds(0, 0, 0, 0, 0);
        static final Odds USUAL = new Odds(12, 10, 8, 5, 4);

        /** For who makes hundreds of calls before anything is done. */
        Odds seldom() {
            return new Odds(failure / 6, lostReply, lostRequest, lateArrival, death / 4);
        }
    }

    /** The death of a process. */
    static final class ProcessDied extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Is told what took effect. */
    interface Observer {
        /** The repository object was replaced by this. */
        void replaced(ByteBuffer repositoryObject);

        /** These were deleted. */
        void deleted(Collection<String> keys);

        /** For counting. */
        void happened(String what);
    }

    private final Storage objects;
    private final Scheduler scheduler;
    private final Random random;
    private final Odds odds;
    private final Observer observer;

    SimulatedStorage(Storage objects, Scheduler scheduler, Random random, Odds odds, Observer observer) {
        this.objects = objects;
        this.scheduler = scheduler;
        this.random = random;
        this.odds = odds;
        this.observer = observer;
    }

    @Override
    public String location() {
        return objects.location();
    }

    @Override
    public Optional<StoredObject> find(String key) {
        return read("find " + key, () -> objects.find(key));
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        return read("find if changed " + key, () -> objects.findIfChanged(key, known));
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        return read("fetch " + key, () -> objects.fetchRange(key, offset, length));
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        return read("stat " + key, () -> objects.stat(key));
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        // What is listed is what is there when the listing begins; what is written meanwhile may or may not be listed.
        return read("list " + prefix, () -> {
                    try (Stream<ObjectSummary> listing = objects.list(prefix)) {
                        return listing.toList();
                    }
                })
                .stream();
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        ByteBuffer copy = copyOf(bytes);
        write(
                "put " + key,
                () -> {
                    objects.put(key, copy);
                    return true;
                },
                SimulatedStorage::thrown);
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        ByteBuffer copy = copyOf(bytes);
        return write("put if absent " + key, () -> objects.putIfAbsent(key, copy), PutOutcome.Unknown::new);
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        ByteBuffer copy = copyOf(bytes);
        return write(
                "put if matches " + key,
                () -> {
                    PutOutcome outcome = objects.putIfMatches(key, copy, expected);
                    if (outcome instanceof PutOutcome.Written) {
                        observer.replaced(copy.duplicate());
                    }
                    return outcome;
                },
                PutOutcome.Unknown::new);
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        return write("copy to " + to, () -> objects.copyIfMatches(from, to, expected), PutOutcome.Unknown::new);
    }

    @Override
    public void delete(Collection<String> keys) {
        List<String> copy = List.copyOf(keys);
        write(
                "delete " + copy.size() + " objects",
                () -> {
                    objects.delete(copy);
                    observer.deleted(copy);
                    return true;
                },
                SimulatedStorage::thrown);
    }

    @Override
    public void close() {
        // The objects outlive the process.
    }

    private <T> T read(String what, Supplier<T> effect) {
        arrive(what);
        if (hit(odds.failure())) {
            throw fail(what, "failed");
        }
        T result = effect.get();
        answer();
        return result;
    }

    private <T> T write(String what, Supplier<T> effect, Function<StorageException, T> unanswered) {
        arrive(what);
        if (hit(odds.failure())) {
            throw fail(what, "failed");
        }
        if (hit(odds.lostRequest())) {
            return unanswered.apply(fail(what, "request was lost"));
        }
        if (hit(odds.lateArrival())) {
            scheduler.later(
                    Duration.ofMillis(random.nextInt(30_000)), () -> scheduler.note("landed late: " + effect.get()));
            return unanswered.apply(fail(what, "arrives late"));
        }
        T result = effect.get();
        answer();
        return hit(odds.lostReply()) ? unanswered.apply(fail(what, "reply was lost")) : result;
    }

    private void arrive(String what) {
        scheduler.pause(Duration.ofMillis(1 + random.nextInt(40)));
        if (hit(odds.death())) {
            observer.happened("deaths");
            scheduler.note(what + ": died before");
            throw new ProcessDied();
        }
        scheduler.note(what);
    }

    private void answer() {
        if (random.nextInt(4) == 0) {
            scheduler.pause(Duration.ofMillis(random.nextInt(40)));
        }
        if (hit(odds.death())) {
            observer.happened("deaths");
            scheduler.note("died after that");
            throw new ProcessDied();
        }
    }

    private boolean hit(int chance) {
        return chance > 0 && random.nextInt(1000) < chance;
    }

    private StorageException fail(String what, String how) {
        observer.happened(how);
        scheduler.note(how);
        return new StorageException("Cannot " + what + ": simulated fault, " + how, StorageException.Retry.CAN_HELP);
    }

    private static Boolean thrown(StorageException failure) {
        throw failure;
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
