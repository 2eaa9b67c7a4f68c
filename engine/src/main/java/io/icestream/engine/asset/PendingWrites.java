package io.icestream.engine.asset;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The objects that must be stored before what refers to them is published. They are stored in parallel, since none of them
 * is found before that, so that their order does not matter. For one thread at a time.
 */
public final class PendingWrites {
    /** Nothing is to be stored. */
    public static final PendingWrites NONE = new PendingWrites(List.of(), new Parallel(Runnable::run, 1));

    private final List<PendingWrite> writes;
    private final Parallel parallel;

    /**
     * @param writes the objects; those that are stored already stay as they are
     * @param parallel stores several at a time
     */
    public PendingWrites(List<PendingWrite> writes, Parallel parallel) {
        this.writes = List.copyOf(writes);
        this.parallel = parallel;
    }

    /**
     * Stores what is not stored yet. Cost: one request per object, at the same time.
     *
     * @throws io.icestream.engine.storage.StorageException if one of them could not be stored; the rest may be
     */
    public void store() {
        storeBeside(() -> true);
    }

    /**
     * Stores what is not stored yet, and makes a call at the same time, which must not rely on it.
     *
     * @param call the call
     * @param <R> its result
     * @return the result; everything is stored then
     * @throws io.icestream.engine.storage.StorageException if one of them could not be stored; the call may have been made
     */
    public <R> R storeBeside(Supplier<R> call) {
        List<Supplier<Optional<R>>> calls = new ArrayList<>();
        writes.stream()
                .filter(PendingWrite::isOpen)
                .forEach(write -> calls.add(() -> {
                    write.store();
                    return Optional.empty();
                }));
        if (calls.isEmpty()) {
            return call.get();
        }
        calls.add(() -> Optional.of(call.get()));
        return parallel.map(calls, Supplier::get).get(calls.size() - 1).orElseThrow();
    }
}
