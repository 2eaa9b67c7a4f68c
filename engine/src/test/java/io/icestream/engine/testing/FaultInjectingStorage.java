package io.icestream.engine.testing;

import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.testing.StorageCall.Operation;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Passes calls on to another storage and lets them go wrong as a {@link FaultScript} says; also counts them.
 * Thread-safe.
 *
 * <p>To run a piece of code once per storage call that it makes, with a crash there: run it once and take {@link
 * #calls()}; then, for each number up to that, on
 * a fresh storage, {@link #crashAt} before it and {@link #restart} after it.
 */
public final class FaultInjectingStorage implements Storage {
    private final Storage storage;
    private final List<StorageCall> calls = new ArrayList<>();
    private final Queue<Runnable> lateWrites = new ArrayDeque<>();
    private FaultScript script = FaultScript.NO_FAULTS;
    private Consumer<StorageCall> hook = call -> {};
    private @Nullable List<ObjectSummary> staleListing;
    private boolean crashed;

    /**
     * @param storage where calls that do not go wrong end up; closed with this one
     */
    public FaultInjectingStorage(Storage storage) {
        this.storage = storage;
    }

    /**
     * Replaces the script; it starts with the next call.
     *
     * @param newScript what goes wrong from now on
     */
    public synchronized void follow(FaultScript newScript) {
        script = newScript;
    }

    /**
     * Runs something before each call, outside every lock: a delay, or what another writer does at that moment.
     *
     * @param newHook gets each call before it is made, faults included
     */
    public synchronized void beforeEachCall(Consumer<StorageCall> newHook) {
        hook = newHook;
    }

    /**
     * Lets the process die at a call, counted from now on; the first is number one.
     *
     * @param call at which call
     * @param fault {@link Fault#CRASH_BEFORE} or {@link Fault#CRASH_AFTER}
     */
    public synchronized void crashAt(long call, Fault fault) {
        long number = calls.size() + call;
        script = FaultScript.always(made -> made.number() == number, fault);
    }

    /**
     * Refuses every write for lack of space, from a call on that is counted from now; the first is number one.
     *
     * @param call from which call on
     */
    public synchronized void fillDiskAt(long call) {
        long number = calls.size() + call;
        script = FaultScript.always(made -> made.number() >= number, Fault.DISK_FULL);
    }

    /** Ends a crash and all faults: the storage is as whoever comes after the dead process finds it. */
    public synchronized void restart() {
        crashed = false;
        script = FaultScript.NO_FAULTS;
        hook = call -> {};
    }

    /** Lets listings show from now on what is there now, whatever is written or deleted afterwards. */
    public void freezeListings() {
        try (Stream<ObjectSummary> everything = storage.list("")) {
            List<ObjectSummary> listing = everything.toList();
            synchronized (this) {
                staleListing = listing;
            }
        }
    }

    /** Ends {@link #freezeListings()}. */
    public synchronized void thawListings() {
        staleListing = null;
    }

    /**
     * Lets the writes that were held back by {@link Fault#LAND_LATE} arrive, in the order in which they were made.
     *
     * @return how many there were; conditional ones may have been refused
     */
    public int landLateWrites() {
        List<Runnable> landing;
        synchronized (this) {
            landing = List.copyOf(lateWrites);
            lateWrites.clear();
        }
        landing.forEach(Runnable::run);
        return landing.size();
    }

    /**
     * @return number of calls so far
     */
    public synchronized long calls() {
        return calls.size();
    }

    /**
     * @param operation which calls
     * @return number of such calls so far
     */
    public synchronized long calls(Operation operation) {
        return calls.stream().filter(call -> call.operation() == operation).count();
    }

    /**
     * @return all calls so far, in order
     */
    public synchronized List<StorageCall> journal() {
        return List.copyOf(calls);
    }

    @Override
    public String location() {
        return storage.location();
    }

    @Override
    public Optional<String> objectionToCreation() {
        return storage.objectionToCreation();
    }

    @Override
    public Optional<StoredObject> find(String key) {
        return perform(Operation.FIND, key, () -> storage.find(key));
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        return perform(Operation.FIND_IF_CHANGED, key, () -> storage.findIfChanged(key, known));
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        return perform(Operation.FETCH_RANGE, key, () -> storage.fetchRange(key, offset, length));
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        return perform(Operation.STAT, key, () -> storage.stat(key));
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        return perform(Operation.LIST, prefix, () -> {
            List<ObjectSummary> stale = staleListing();
            Stream<ObjectSummary> fresh = storage.list(prefix);
            if (stale == null) {
                return fresh;
            }
            fresh.close();
            return stale.stream().filter(summary -> summary.key().startsWith(prefix));
        });
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        ByteBuffer copy = copyOf(bytes);
        perform(Operation.PUT, key, () -> {
            storage.put(key, copy);
            return key;
        });
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        ByteBuffer copy = copyOf(bytes);
        return performConditional(Operation.PUT_IF_ABSENT, key, () -> storage.putIfAbsent(key, copy));
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        ByteBuffer copy = copyOf(bytes);
        return performConditional(Operation.PUT_IF_MATCHES, key, () -> storage.putIfMatches(key, copy, expected));
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        return performConditional(Operation.COPY_IF_MATCHES, to, () -> storage.copyIfMatches(from, to, expected));
    }

    @Override
    public void delete(Collection<String> keys) {
        List<String> copy = List.copyOf(keys);
        perform(Operation.DELETE, copy.isEmpty() ? "" : copy.get(0), () -> {
            storage.delete(copy);
            return copy;
        });
    }

    @Override
    public void close() {
        storage.close();
    }

    private <T> T perform(Operation operation, String key, Effect<T> effect) {
        Function<StorageException, T> unanswered = failure -> {
            throw failure;
        };
        Supplier<T> refused = () -> {
            throw new IllegalStateException("Cannot refuse " + operation + ": only conditional writes can be refused");
        };
        return perform(register(operation, key), effect, unanswered, refused);
    }

    private PutOutcome performConditional(Operation operation, String key, Effect<PutOutcome> effect) {
        return perform(register(operation, key), effect, PutOutcome.Unknown::new, PutOutcome.Refused::new);
    }

    /**
     * @param unanswered what the caller gets when there is no reply
     * @param refused what the caller gets when the call is refused
     */
    private <T> T perform(
            StorageCall call, Effect<T> effect, Function<StorageException, T> unanswered, Supplier<T> refused) {
        currentHook().accept(call);
        return switch (decide(call)) {
            case NONE -> effect.run();
            case FAIL_BEFORE -> throw failure(call, "it failed before it took effect");
            case LOSE_REPLY -> {
                effect.run();
                yield unanswered.apply(failure(call, "its reply was lost"));
            }
            case LOSE_REQUEST -> unanswered.apply(failure(call, "it was lost on its way"));
            case LAND_LATE -> {
                holdBack(effect);
                yield unanswered.apply(failure(call, "it is still on its way"));
            }
            case REFUSE -> refused.get();
            case DISK_FULL -> {
                if (call.operation().isWrite()) {
                    throw failure(call, "no space is left");
                }
                yield effect.run();
            }
            case CRASH_BEFORE -> throw crash(call);
            case CRASH_AFTER -> {
                effect.run();
                throw crash(call);
            }
        };
    }

    private synchronized StorageCall register(Operation operation, String key) {
        StorageCall call = new StorageCall(calls.size() + 1L, operation, key);
        calls.add(call);
        return call;
    }

    private synchronized Consumer<StorageCall> currentHook() {
        return hook;
    }

    private synchronized Fault decide(StorageCall call) {
        return crashed ? Fault.CRASH_BEFORE : script.decide(call);
    }

    private synchronized SimulatedCrash crash(StorageCall call) {
        crashed = true;
        return new SimulatedCrash(call);
    }

    private synchronized void holdBack(Effect<?> effect) {
        lateWrites.add(effect::run);
    }

    private synchronized @Nullable List<ObjectSummary> staleListing() {
        return staleListing;
    }

    private StorageException failure(StorageCall call, String why) {
        return new StorageException(
                "Cannot complete " + call + " in " + location() + ": injected fault, " + why, Retry.CAN_HELP);
    }

    private static ByteBuffer copyOf(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }

    /** What a call does to the storage below. */
    @FunctionalInterface
    private interface Effect<T> {
        T run();
    }
}
