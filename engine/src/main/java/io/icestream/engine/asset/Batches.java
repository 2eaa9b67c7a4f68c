package io.icestream.engine.asset;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/** Cuts work into batches, one to be done after the other, so that memory stays bounded however much there is to do. */
public final class Batches {
    /** Stored bytes of manifests that are worked on at a time. */
    public static final long MANIFEST_BYTES = 16L << 20;

    private Batches() {}

    /**
     * Cuts a list.
     *
     * @param items the items
     * @param sizeBytes size of an item
     * @param limitBytes size of a batch at most; an item that is larger is a batch of its own
     * @param <T> what is worked on
     * @return the items in the same order
     */
    public static <T> List<List<T>> of(List<T> items, ToLongFunction<T> sizeBytes, long limitBytes) {
        List<List<T>> batches = new ArrayList<>();
        List<T> batch = new ArrayList<>();
        long bytes = 0;
        for (T item : items) {
            long size = sizeBytes.applyAsLong(item);
            if (!batch.isEmpty() && bytes + size > limitBytes) {
                batches.add(batch);
                batch = new ArrayList<>();
                bytes = 0;
            }
            batch.add(item);
            bytes += size;
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }
}
