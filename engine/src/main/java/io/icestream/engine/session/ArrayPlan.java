package io.icestream.engine.session;

import io.icestream.engine.change.ChunkChanges;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ManifestReference;
import io.icestream.engine.format.ManifestSplits;
import io.icestream.engine.format.NodeId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;

/**
 * Which manifests of a touched array stay and which are written, box by box.
 *
 * <p>A box with changes becomes one new manifest out of all old ones that reach into it. In a box without changes, old
 * manifests that lie inside stay, and one that crosses the border of the box is cut to it. What lies outside the grid
 * goes: that is how a shrunk array loses its chunks. Source: Icechunk specification 2, as the reference flushes.
 *
 * @param parts the manifests in the order of the boxes
 */
record ArrayPlan(List<Part> parts) {
    /** A manifest of the array after the flush. */
    sealed interface Part {
        /** An old one. */
        record Kept(ManifestReference manifest) implements Part {}

        /** A new one, unless it turns out empty. */
        record Written(ManifestTask task) implements Part {}
    }

    /** Says which boxes become one new manifest though nothing in them changed. */
    @FunctionalInterface
    interface DueBoxes {
        boolean isDue(List<ManifestReference> inside, List<ManifestReference> crossing);
    }

    static ArrayPlan of(
            NodeId array,
            ManifestSplits splits,
            List<ManifestReference> old,
            Optional<ChunkChanges> changes,
            DueBoxes due) {
        SortedMap<Long, Box> boxes = new TreeMap<>();
        changes.ifPresent(changed -> assignChanges(splits, changed, boxes));
        old.forEach(manifest -> assignManifest(splits, manifest, boxes));
        List<Part> parts = new ArrayList<>();
        boxes.forEach((box, content) -> content.addParts(array, splits.extents(box), due, parts));
        return new ArrayPlan(parts);
    }

    /** Sorted changes come in runs of one box, so that a look-up is needed only where a run ends. */
    private static void assignChanges(ManifestSplits splits, ChunkChanges changes, SortedMap<Long, Box> boxes) {
        long last = -1;
        Box content = new Box();
        for (Map.Entry<ChunkIndex, Optional<ChunkReference>> change :
                changes.all().entrySet()) {
            OptionalLong box = splits.boxOf(change.getKey());
            if (box.isEmpty()) {
                continue;
            }
            if (box.getAsLong() != last) {
                last = box.getAsLong();
                content = boxes.computeIfAbsent(last, number -> new Box());
            }
            content.changes.add(change);
        }
    }

    private static void assignManifest(ManifestSplits splits, ManifestReference manifest, SortedMap<Long, Box> boxes) {
        OptionalLong first = splits.boxOf(corner(manifest, ChunkIndexRange::from));
        OptionalLong last = splits.boxOf(corner(manifest, range -> range.to() - 1));
        if (first.isPresent() && first.equals(last)) {
            boxes.computeIfAbsent(first.getAsLong(), number -> new Box()).inside.add(manifest);
        } else {
            for (ChunkIndex entry : entries(splits, manifest)) {
                splits.boxOf(entry)
                        .ifPresent(box -> boxes.computeIfAbsent(box, number -> new Box())
                                .crossing
                                .add(manifest));
            }
        }
    }

    private static ChunkIndex corner(ManifestReference manifest, ToLongFunction<ChunkIndexRange> side) {
        return ChunkIndex.of(manifest.extents().stream().mapToLong(side).toArray());
    }

    /** One chunk in each box that a manifest reaches into: its first one there. */
    private static List<ChunkIndex> entries(ManifestSplits splits, ManifestReference manifest) {
        List<long[]> entries = new ArrayList<>();
        entries.add(new long[splits.rank()]);
        for (int axis = 0; axis < splits.rank(); axis++) {
            long[] starts = starts(splits.edges(axis), manifest.extents().get(axis));
            List<long[]> extended = new ArrayList<>();
            for (long[] prefix : entries) {
                for (long start : starts) {
                    long[] entry = prefix.clone();
                    entry[axis] = start;
                    extended.add(entry);
                }
            }
            entries = extended;
        }
        return entries.stream().map(ChunkIndex::of).toList();
    }

    /** Where a range begins, and the edges inside it. */
    private static long[] starts(long[] edges, ChunkIndexRange range) {
        return LongStream.concat(
                        LongStream.of(range.from()),
                        LongStream.of(edges).filter(edge -> edge > range.from() && edge < range.to()))
                .toArray();
    }

    /** Whether anything is to be written. */
    boolean writes() {
        return parts.stream().anyMatch(Part.Written.class::isInstance);
    }

    LayoutSession.Preview preview(SnapshotReader reader) {
        List<ManifestTask> tasks = parts.stream()
                .filter(Part.Written.class::isInstance)
                .map(part -> ((Part.Written) part).task())
                .toList();
        Set<ManifestReference> sources = new HashSet<>();
        tasks.forEach(task -> sources.addAll(task.sources()));
        return new LayoutSession.Preview(
                parts.size() - tasks.size(),
                sources.size(),
                tasks.size(),
                sources.stream()
                        .mapToLong(source -> reader.file(source).chunkReferences())
                        .sum());
    }

    private static final class Box {
        private final List<Map.Entry<ChunkIndex, Optional<ChunkReference>>> changes = new ArrayList<>();
        private final List<ManifestReference> inside = new ArrayList<>();
        private final List<ManifestReference> crossing = new ArrayList<>();

        void addParts(NodeId array, List<ChunkIndexRange> bounds, DueBoxes due, List<Part> parts) {
            if (changes.isEmpty() && !due.isDue(inside, crossing)) {
                inside.forEach(manifest -> parts.add(new Part.Kept(manifest)));
                crossing.forEach(manifest ->
                        parts.add(new Part.Written(new ManifestTask(array, bounds, List.of(manifest), List.of()))));
            } else {
                List<ManifestReference> sources = new ArrayList<>(inside);
                sources.addAll(crossing);
                parts.add(new Part.Written(new ManifestTask(array, bounds, sources, changes)));
            }
        }
    }
}
