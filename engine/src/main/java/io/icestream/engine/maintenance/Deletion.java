package io.icestream.engine.maintenance;

import io.icestream.engine.asset.Parallel;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * Deletes objects kind by kind: {@value #BATCH} to a call, {@value #BATCHES} calls at a time. Once a deletion has failed, the
 * kinds after it are left alone, because a file that stayed may refer to them. For one thread.
 */
final class Deletion {
    private static final int BATCH = 1000;
    private static final int BATCHES = 10;
    private static final int MAX_FAILURES = 10;

    private final Storage storage;
    private final Parallel parallel;
    private final RunMode mode;
    private final Deadline deadline;
    private final LongConsumer progress;
    private final Map<ObjectKind, Tally> deleted = new EnumMap<>(ObjectKind.class);
    private final Set<ObjectKind> skipped = EnumSet.noneOf(ObjectKind.class);
    private final List<String> failures = new ArrayList<>();
    private final List<Batch> batches = new ArrayList<>();
    private List<String> keys = new ArrayList<>();
    private long bytes;
    private long failed;
    private long done;
    private boolean stopped;

    Deletion(Storage storage, Parallel parallel, RunMode mode, Deadline deadline, LongConsumer progress) {
        this.storage = storage;
        this.parallel = parallel;
        this.mode = mode;
        this.deadline = deadline;
        this.progress = progress;
    }

    private record Batch(List<String> keys, long bytes) {}

    /** Deletes the ids of a table that are not marked. */
    void delete(ObjectKind kind, IdTable table) {
        if (begin(kind)) {
            table.forEachUnmarked((high, low, size) -> add(kind, kind.key(high, low), size));
            end(kind);
        }
    }

    /** Whether objects of a kind may be deleted; notes if not. */
    boolean begin(ObjectKind kind) {
        if (failed > 0) {
            skipped.add(kind);
        }
        return failed == 0;
    }

    /** Adds an object of a kind; {@link #end} deletes what is left over. */
    void add(ObjectKind kind, String key, long sizeBytes) {
        if (stopped) {
            return;
        }
        keys.add(key);
        bytes += sizeBytes;
        if (keys.size() == BATCH) {
            endBatch();
            if (batches.size() == BATCHES) {
                flush(kind);
            }
        }
    }

    void end(ObjectKind kind) {
        endBatch();
        flush(kind);
    }

    private void endBatch() {
        if (!keys.isEmpty()) {
            batches.add(new Batch(keys, bytes));
            keys = new ArrayList<>();
            bytes = 0;
        }
    }

    private void flush(ObjectKind kind) {
        if (!batches.isEmpty() && deadline.isOver()) {
            stopped = true;
        }
        if (!stopped) {
            List<Optional<String>> results = parallel.map(batches, this::delete);
            for (int i = 0; i < results.size(); i++) {
                account(kind, batches.get(i), results.get(i));
            }
        }
        batches.clear();
    }

    private Optional<String> delete(Batch batch) {
        try {
            if (mode == RunMode.CHANGE) {
                storage.delete(batch.keys());
            }
            return Optional.empty();
        } catch (StorageException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private void account(ObjectKind kind, Batch batch, Optional<String> failure) {
        int objects = batch.keys().size();
        if (failure.isEmpty()) {
            deleted.merge(kind, new Tally(objects, batch.bytes()), Tally::plus);
        } else {
            failed += objects;
            if (failures.size() < MAX_FAILURES) {
                failures.add(failure.get());
            }
        }
        done += objects;
        progress.accept(done);
    }

    /** Whether everything was tried. */
    boolean isComplete() {
        return !stopped;
    }

    boolean hasFailed() {
        return failed > 0;
    }

    CollectionReport report(Tally temporaries, int droppedSnapshots, boolean finished) {
        return new CollectionReport(
                mode, deleted, temporaries, droppedSnapshots, failed, failures, skipped, finished && !stopped);
    }
}
