package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.virtual.LocationNames;
import io.icestream.engine.virtual.VirtualAccessException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** References to set in one array: all are checked before the first is set. For one call. */
final class VirtualWrites {
    private final SessionContext context;
    private final ArrayTarget target;
    private final ContainerCheck check;
    private final List<ChunkIndex> indices = new ArrayList<>();
    private final List<ChunkReference.Virtual> references = new ArrayList<>();
    private final List<ChunkIndex> failed = new ArrayList<>();

    private String last = "";
    private String lastStored = "";
    private boolean lastCovered;

    VirtualWrites(SessionContext context, ArrayTarget target, ContainerCheck check) {
        this.context = context;
        this.target = target;
        this.check = check;
    }

    /** A single one, which fails with an exception. */
    VirtualWrites one(ChunkIndex index, ChunkReference.Virtual reference) {
        add(index, reference);
        if (!failed.isEmpty()) {
            context.virtualChunks().validate(lastStored);
        }
        return this;
    }

    void add(ChunkIndex index, ChunkReference.Virtual reference) {
        target.check(index);
        ChunkWriter.checkLength(reference.length());
        if (!look(reference.location())) {
            failed.add(index);
            return;
        }
        indices.add(index);
        references.add(
                lastStored.equals(reference.location())
                        ? reference
                        : new ChunkReference.Virtual(
                                lastStored, reference.offset(), reference.length(), reference.checksum()));
    }

    /** Neighbours often lie in one object, so that the last location is remembered. */
    private boolean look(String location) {
        if (!location.equals(last) || last.isEmpty()) {
            lastStored = LocationNames.stored(location);
            lastCovered = check == ContainerCheck.NONE || isCovered(lastStored);
            last = location;
        }
        return lastCovered;
    }

    private boolean isCovered(String location) {
        try {
            context.virtualChunks().validate(location);
            return true;
        } catch (VirtualAccessException e) {
            return false;
        }
    }

    void forEach(BiConsumer<ChunkIndex, ChunkReference> action) {
        for (int i = 0; i < indices.size(); i++) {
            action.accept(indices.get(i), references.get(i));
        }
    }

    List<ChunkIndex> failed() {
        return List.copyOf(failed);
    }
}
