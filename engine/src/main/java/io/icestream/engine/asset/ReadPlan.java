package io.icestream.engine.asset;

import io.icestream.engine.format.ChunkReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Which chunks to read in one request: neighbours in one object, be it of the repository or outside. */
public final class ReadPlan {
    /** Reading so many bytes that nobody needs costs less than another request. */
    static final long LARGEST_GAP_BYTES = 64 << 10;

    /** Large enough for the request not to matter, small enough for several to share the work. */
    static final long LARGEST_READ_BYTES = 8 << 20;

    private ReadPlan() {}

    /**
     * Groups chunks.
     *
     * @param items what is wanted
     * @param reference where an item is stored
     * @param <T> what stands for a chunk
     * @return all items, those together that one request gets, in the order of their offsets
     */
    public static <T> List<List<T>> group(List<T> items, Function<T, ChunkReference> reference) {
        Map<Object, List<T>> objects = new LinkedHashMap<>();
        for (T item : items) {
            objects.computeIfAbsent(objectOf(reference.apply(item)), object -> new ArrayList<>(1))
                    .add(item);
        }
        List<List<T>> runs = new ArrayList<>(objects.size());
        objects.values().forEach(object -> addRuns(object, reference, runs));
        return runs;
    }

    /** What tells apart objects; an inline chunk is one of its own, even if another has the same bytes. */
    private static Object objectOf(ChunkReference reference) {
        if (reference instanceof ChunkReference.Native stored) {
            return stored.id();
        }
        return reference instanceof ChunkReference.Virtual virtual
                ? List.of(virtual.location(), virtual.checksum())
                : new Object();
    }

    private static <T> void addRuns(List<T> object, Function<T, ChunkReference> reference, List<List<T>> runs) {
        object.sort(Comparator.comparingLong(item -> offset(reference.apply(item))));
        int first = 0;
        while (first < object.size()) {
            int end = runEnd(object, first, reference);
            runs.add(object.subList(first, end));
            first = end;
        }
    }

    private static <T> int runEnd(List<T> object, int first, Function<T, ChunkReference> reference) {
        long start = offset(reference.apply(object.get(first)));
        long end = end(reference.apply(object.get(first)));
        int next = first + 1;
        while (next < object.size()) {
            ChunkReference candidate = reference.apply(object.get(next));
            if (offset(candidate) - end > LARGEST_GAP_BYTES
                    || Math.max(end, end(candidate)) - start > LARGEST_READ_BYTES) {
                break;
            }
            end = Math.max(end, end(candidate));
            next++;
        }
        return next;
    }

    /** Where a chunk begins in its object. */
    public static long offset(ChunkReference reference) {
        if (reference instanceof ChunkReference.Native stored) {
            return stored.offset();
        }
        return reference instanceof ChunkReference.Virtual virtual ? virtual.offset() : 0;
    }

    /** Where a chunk ends in its object. */
    public static long end(ChunkReference reference) {
        return offset(reference) + reference.length();
    }
}
