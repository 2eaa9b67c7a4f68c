package io.icestream.engine.maintenance;

import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.util.stream.Stream;

/** The chunk objects of a repository with their sizes, as many as there is room for. */
final class ChunkObjects {
    private final IdTable sizes = new IdTable();
    private Partition partition;

    private ChunkObjects(Partition partition) {
        this.partition = partition;
    }

    /** Lists the objects of a part; a first part that is too large is made smaller. */
    static ChunkObjects list(Storage storage, Partition wanted, int limit) {
        ChunkObjects chunks = new ChunkObjects(wanted);
        try (Stream<ObjectSummary> objects = storage.list(ObjectKind.CHUNK.prefix())) {
            objects.forEach(object -> chunks.add(object, limit));
        }
        return chunks;
    }

    private void add(ObjectSummary object, int limit) {
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

    /** Size in bytes, or -1 if there is no such object. */
    long sizeBytes(long high, int low) {
        return sizes.find(high, low);
    }
}
