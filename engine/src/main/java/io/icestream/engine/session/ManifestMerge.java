package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestCursor;
import io.icestream.engine.format.ManifestWriter;
import io.icestream.engine.format.NodeId;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.ToLongFunction;

/**
 * Merges old manifests with changes into a new one, in one pass over sorted inputs. References that stay are copied
 * from file to file without becoming objects.
 */
final class ManifestMerge {
    private final NodeId array;
    private final List<ChunkIndexRange> bounds;
    private final Relocations relocations;
    private final ManifestWriter writer;

    ManifestMerge(NodeId array, List<ChunkIndexRange> bounds, Relocations relocations, ManifestWriter writer) {
        this.array = array;
        this.bounds = bounds;
        this.relocations = relocations;
        this.writer = writer;
    }

    /** Writes what the sources hold inside the bounds and the changes do not concern, and what the changes set. */
    void run(List<Manifest> sources, List<Map.Entry<ChunkIndex, Optional<ChunkReference>>> changes) {
        writer.beginArray(array);
        PriorityQueue<Source> queue = new PriorityQueue<>(Comparator.comparing(Source::index));
        sources.forEach(manifest -> offer(queue, new Source(cursorAtBounds(manifest), corner(r -> r.to() - 1))));
        Iterator<Map.Entry<ChunkIndex, Optional<ChunkReference>>> pending = changes.iterator();
        Optional<Map.Entry<ChunkIndex, Optional<ChunkReference>>> change = next(pending);
        while (!queue.isEmpty()) {
            Source source = queue.remove();
            while (change.isPresent() && change.get().getKey().compareTo(source.index()) < 0) {
                add(change.get());
                change = next(pending);
            }
            if (change.isEmpty() || !change.get().getKey().equals(source.index())) {
                keep(source);
            }
            offer(queue, source);
        }
        change.ifPresent(this::add);
        pending.forEachRemaining(this::add);
    }

    private ManifestCursor cursorAtBounds(Manifest manifest) {
        ManifestCursor cursor = manifest.cursor(array);
        cursor.skipTo(corner(ChunkIndexRange::from));
        return cursor;
    }

    private ChunkIndex corner(ToLongFunction<ChunkIndexRange> side) {
        return ChunkIndex.of(bounds.stream().mapToLong(side).toArray());
    }

    private static Optional<Map.Entry<ChunkIndex, Optional<ChunkReference>>> next(
            Iterator<Map.Entry<ChunkIndex, Optional<ChunkReference>>> pending) {
        return pending.hasNext() ? Optional.of(pending.next()) : Optional.empty();
    }

    private void keep(Source source) {
        Optional<ChunkReference.Native> relocated =
                relocations.size() == 0 ? Optional.empty() : relocations.find(source.cursor.reference());
        if (relocated.isPresent()) {
            writer.add(source.index(), relocated.get());
        } else {
            writer.add(source.cursor);
        }
    }

    private void add(Map.Entry<ChunkIndex, Optional<ChunkReference>> change) {
        change.getValue().ifPresent(reference -> writer.add(change.getKey(), reference));
    }

    private void offer(PriorityQueue<Source> queue, Source source) {
        if (source.advanceInside(bounds)) {
            queue.add(source);
        }
    }

    private static final class Source {
        private final ManifestCursor cursor;
        private final ChunkIndex last;
        private ChunkIndex index = ChunkIndex.of();

        /** What the cursor gives up to {@code last}, the last chunk of the bounds. */
        Source(ManifestCursor cursor, ChunkIndex last) {
            this.cursor = cursor;
            this.last = last;
        }

        ChunkIndex index() {
            return index;
        }

        boolean advanceInside(List<ChunkIndexRange> bounds) {
            while (cursor.advance()) {
                index = cursor.index();
                if (isInside(bounds)) {
                    return true;
                }
                if (index.compareTo(last) > 0) {
                    return false;
                }
            }
            return false;
        }

        private boolean isInside(List<ChunkIndexRange> bounds) {
            if (index.rank() != bounds.size()) {
                return false;
            }
            for (int axis = 0; axis < bounds.size(); axis++) {
                if (!bounds.get(axis).contains(index.at(axis))) {
                    return false;
                }
            }
            return true;
        }
    }
}
