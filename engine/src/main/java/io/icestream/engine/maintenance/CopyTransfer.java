package io.icestream.engine.maintenance;

import io.icestream.engine.asset.Parallel;
import io.icestream.engine.maintenance.VerifyRequest.Payloads;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Copies objects from one store to another, some at a time, in parallel: at most {@value #BATCH_BYTES} bytes at once, or a single larger
 * object.
 */
final class CopyTransfer {
    private static final int BATCH = 256;
    private static final long BATCH_BYTES = 64L << 20;

    private final Storage source;
    private final Storage target;
    private final Parallel parallel;
    private final CopyRequest request;
    private final Deadline deadline;
    private final Progress progress;
    private final Map<ObjectKind, Tally> copied = new EnumMap<>(ObjectKind.class);
    private final Map<ObjectKind, Tally> present = new EnumMap<>(ObjectKind.class);
    private final List<Item> batch = new ArrayList<>();
    private long batchBytes;
    private boolean stopped;

    CopyTransfer(
            Storage source,
            Storage target,
            Parallel parallel,
            CopyRequest request,
            Deadline deadline,
            Progress progress) {
        this.source = source;
        this.target = target;
        this.parallel = parallel;
        this.request = request;
        this.deadline = deadline;
        this.progress = progress;
    }

    private record Item(String key, long sizeBytes) {}

    Map<ObjectKind, Tally> copied() {
        return copied;
    }

    Map<ObjectKind, Tally> present() {
        return present;
    }

    /** Copies what a table needs and the target has not; false if the time was over before the end. */
    boolean copy(CopyTable table) {
        Tally wanted = table.needed();
        if (request.payloads() == Payloads.SKIP || request.mode() == RunMode.DRY_RUN) {
            table.forgetPresent(target);
        }
        Tally missing = table.needed();
        note(present, table.kind(), new Tally(wanted.objects() - missing.objects(), wanted.bytes() - missing.bytes()));
        if (request.mode() == RunMode.DRY_RUN) {
            note(copied, table.kind(), missing);
            return true;
        }
        long[] done = {0};
        table.forEachNeeded((high, low, size) -> {
            if (batch.size() == BATCH || batchBytes + size > BATCH_BYTES) {
                flush(table.kind());
            }
            batch.add(new Item(table.kind().key(high, low), size));
            batchBytes += size;
            progress.report(Progress.Stage.COPYING, done[0]++, missing.objects());
        });
        flush(table.kind());
        return !stopped;
    }

    private static void note(Map<ObjectKind, Tally> tallies, ObjectKind kind, Tally tally) {
        tallies.merge(kind, tally, Tally::plus);
    }

    private void flush(ObjectKind kind) {
        stopped |= deadline.isOver();
        if (!stopped) {
            List<Boolean> written = parallel.map(batch, this::copy);
            for (int i = 0; i < written.size(); i++) {
                note(
                        written.get(i) ? copied : present,
                        kind,
                        new Tally(1, batch.get(i).sizeBytes()));
            }
        }
        batch.clear();
        batchBytes = 0;
    }

    /** True if it was written, false if it was there, byte by byte. */
    private boolean copy(Item item) {
        ByteBuffer bytes = fetch(source, item);
        if (request.payloads() == Payloads.SKIP) {
            target.put(item.key(), bytes);
            return true;
        }
        if (isThere(item, bytes)) {
            return false;
        }
        target.put(item.key(), bytes);
        if (!isThere(item, bytes)) {
            throw new StorageException(
                    "Cannot copy '" + item.key() + "' to " + target.location()
                            + ": what is read back is not what was written; the store or the way to it is damaged",
                    StorageException.Retry.CANNOT_HELP);
        }
        return true;
    }

    private boolean isThere(Item item, ByteBuffer bytes) {
        return target.find(item.key())
                .map(StoredObject::bytes)
                .filter(bytes::equals)
                .isPresent();
    }

    private static ByteBuffer fetch(Storage from, Item item) {
        ByteBuffer bytes = from.find(item.key())
                .map(StoredObject::bytes)
                .orElseThrow(() -> new ObjectNotFoundException(
                        item.key(),
                        "Cannot copy '" + item.key() + "' in " + from.location()
                                + ": it was deleted meanwhile; run again"));
        if (bytes.remaining() != item.sizeBytes()) {
            throw new StorageException(
                    "Cannot copy '" + item.key() + "' in " + from.location() + ": it was listed with "
                            + item.sizeBytes() + " bytes and read with " + bytes.remaining(),
                    StorageException.Retry.CAN_HELP);
        }
        return bytes;
    }
}
