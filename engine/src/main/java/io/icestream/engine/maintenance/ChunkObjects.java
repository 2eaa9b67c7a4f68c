package io.icestream.engine.maintenance;

import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.util.stream.Stream;

/** The chunk objects of a repository with their sizes, as many as there is room for. */
final class ChunkObjects {
    private final IdTable sizes = new IdTable();
    private final long minBytes;
    private Partition partition;

    private ChunkObjects(long minBytes, Partition partition) {
        this.minBytes = minBytes;
        this.partition = partition;
    }

    /** Lists the objects of a part; a first part that is too large is made smaller. */
    static ChunkObjects list(Storage storage, Partition wanted, int limit) {
        return listFrom(0, storage, wanted, limit);
    }

    /** The same without objects below a size. */
    static ChunkObjects listFrom(long minBytes, Storage storage, Partition wanted, int limit) {
        ChunkObjects chunks = new ChunkObjects(minBytes, wanted);
        try (Stream<ObjectSummary> objects = storage.list(ObjectKind.CHUNK.prefix())) {
            objects.forEach(object -> chunks.add(object, limit));
        }
        return chunks;
    }

    private void add(ObjectSummary object, int limit) {
        if (object.sizeBytes() < minBytes) {
            return;
        }
        Candidates.id(object.key(), ObjectKind.CHUNK)
                .filter(id -> partition.contains(id.high()))
                .ifPresent(id -> sizes.add(id.high(), id.low(), object.sizeBytes()));
        if (sizes.size() > limit && partition.number() == 0) {
            partition = partition.halved();
            sizes.retain(partition);
        }
    }

    Partition partition() {
        return partition;
    }

    boolean isEmpty() {
        return sizes.size() == 0;
    }

    /** Size in bytes, or -1 if there is no such object. */
    long sizeBytes(long high, int low) {
        return sizes.find(high, low);
    }
}
