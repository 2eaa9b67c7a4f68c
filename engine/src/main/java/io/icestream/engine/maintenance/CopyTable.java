package io.icestream.engine.maintenance;

import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.util.stream.Stream;

/**
 * The objects of one kind in the store that is copied from, with their sizes, and which of them the copy still needs. Of chunks, as many as
 * there is room for.
 */
final class CopyTable {
    private final ObjectKind kind;
    private final Storage source;
    private final IdTable sizes = new IdTable();
    private Partition partition;

    private CopyTable(ObjectKind kind, Storage source, Partition partition) {
        this.kind = kind;
        this.source = source;
        this.partition = partition;
    }

    /** Lists the objects of a part; a first part that is too large is made smaller. */
    static CopyTable list(ObjectKind kind, Storage source, Partition wanted, int limit) {
        CopyTable table = new CopyTable(kind, source, wanted);
        try (Stream<ObjectSummary> objects = source.list(kind.prefix())) {
            objects.forEach(object -> table.add(object, limit));
        }
        return table;
    }

    private void add(ObjectSummary object, int limit) {
        Candidates.id(object.key(), kind)
                .filter(id -> partition.contains(id.high()))
                .ifPresent(id -> sizes.add(id.high(), id.low(), object.sizeBytes()));
        if (sizes.size() > limit && partition.number() == 0) {
            partition = partition.halved();
            sizes.retain(partition);
        }
    }

    ObjectKind kind() {
        return kind;
    }

    Partition partition() {
        return partition;
    }

    /** The copy needs this object, if it is of this part; fails if it is missing. May be called from several threads. */
    void need(long high, int low) {
        if (partition.contains(high)) {
            if (!sizes.contains(high, low)) {
                String key = kind.key(high, low);
                throw new ObjectNotFoundException(
                        key,
                        "Cannot copy '" + key + "' in " + source.location()
                                + ": there is no such object, though something refers to it; if nothing was collected meanwhile, verify the"
                                + " repository");
            }
            sizes.mark(high, low);
        }
    }

    /** The copy needs this object if it is there. */
    void needIfPresent(long high, int low) {
        sizes.mark(high, low);
    }

    /** What is needed of these. */
    Tally needed() {
        Tally[] tally = {Tally.NONE};
        sizes.forEachMarked((high, low, size) -> tally[0] = tally[0].plus(new Tally(1, size)));
        return tally[0];
    }

    /** Objects that are in the target in the same size are not needed any more. */
    void forgetPresent(Storage target) {
        try (Stream<ObjectSummary> objects = target.list(kind.prefix())) {
            objects.forEach(object -> Candidates.id(object.key(), kind)
                    .filter(id -> sizes.find(id.high(), id.low()) == object.sizeBytes())
                    .ifPresent(id -> sizes.unmark(id.high(), id.low())));
        }
    }

    void forEachNeeded(IdTable.Visitor visitor) {
        sizes.forEachMarked(visitor);
    }
}
