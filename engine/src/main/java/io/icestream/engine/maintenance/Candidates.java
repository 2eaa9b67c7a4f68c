package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.Stream;

/**
 * Objects that are old enough to be deleted if nothing reaches them. Names that are no ids in their canonical form are
 * overlooked, as they are nobody's objects.
 */
final class Candidates {
    private final Storage storage;
    private final Instant cutoff;
    private final int limit;
    private final Deadline deadline;
    private final LongConsumer listed;
    private final Map<ObjectKind, IdTable> tables = new EnumMap<>(ObjectKind.class);
    private final List<SnapshotId> young = new ArrayList<>();
    private Partition chunks = Partition.WHOLE;
    private long count;

    Candidates(Storage storage, Instant cutoff, int limit, Deadline deadline, LongConsumer listed) {
        this.storage = storage;
        this.cutoff = cutoff;
        this.limit = limit;
        this.deadline = deadline;
        this.listed = listed;
    }

    IdTable of(ObjectKind kind) {
        return tables.computeIfAbsent(kind, none -> new IdTable());
    }

    /** Snapshots that are not old enough. */
    List<SnapshotId> young() {
        return young;
    }

    /** Which of the chunks were listed. */
    Partition chunkPartition() {
        return chunks;
    }

    boolean isEmpty() {
        return tables.values().stream().allMatch(table -> table.size() == 0);
    }

    /** Lists everything; of chunks, as many as there is room for. False if the time is over. */
    boolean listAll() {
        for (ObjectKind kind :
                List.of(ObjectKind.SNAPSHOT, ObjectKind.TRANSACTION_LOG, ObjectKind.MANIFEST, ObjectKind.CHUNK)) {
            if (!list(kind)) {
                return false;
            }
        }
        return true;
    }

    /** Lists only the chunks of one part. */
    boolean listChunks(Partition partition) {
        chunks = partition;
        tables.clear();
        return list(ObjectKind.CHUNK);
    }

    private boolean list(ObjectKind kind) {
        try (Stream<ObjectSummary> objects = storage.list(kind.prefix())) {
            for (ObjectSummary object : (Iterable<ObjectSummary>) objects::iterator) {
                if (++count % 1000 == 0) {
                    listed.accept(count);
                    if (deadline.isOver()) {
                        return false;
                    }
                }
                id(object.key(), kind).ifPresent(id -> note(kind, id, object));
            }
        }
        return true;
    }

    static Optional<ChunkId> id(String key, ObjectKind kind) {
        String name = key.substring(kind.prefix().length());
        try {
            ChunkId id = ChunkId.parse(name);
            return id.toString().equals(name) ? Optional.of(id) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private void note(ObjectKind kind, ChunkId id, ObjectSummary object) {
        if (!ObjectAge.isBefore(object.lastModified(), cutoff)) {
            if (kind == ObjectKind.SNAPSHOT) {
                young.add(new SnapshotId(id.high(), id.low()));
            }
        } else if (kind != ObjectKind.CHUNK || chunks.contains(id.high())) {
            IdTable table = of(kind);
            table.add(id.high(), id.low(), object.sizeBytes());
            if (kind == ObjectKind.CHUNK && table.size() > limit && chunks.number() == 0) {
                chunks = chunks.halved();
                table.retain(chunks);
            }
        }
    }
}
