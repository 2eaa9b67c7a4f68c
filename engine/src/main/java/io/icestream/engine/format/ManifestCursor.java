package io.icestream.engine.format;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A walk over the references that a manifest has of one array, in the order of their indices. It stands before the first
 * one until {@link #advance} is called. Belongs to one thread.
 */
public final class ManifestCursor {
    private final FlatVector references;
    private final @Nullable LocationDecompressor locations;
    private int next;
    private @Nullable FlatTable current;
    private int @Nullable [] currentIndex;

    ManifestCursor(FlatVector references, @Nullable LocationDecompressor locations) {
        this.references = references;
        this.locations = locations;
    }

    /**
     * Goes on to the next reference.
     *
     * @return whether there is one
     * @throws CorruptObjectException if the file is damaged there, or the references are out of order
     */
    public boolean advance() {
        if (next == references.length()) {
            current = null;
            return false;
        }
        FlatTable table = references.table(next++);
        int[] index = ReferenceCodec.index(table);
        if (currentIndex != null && Arrays.compareUnsigned(currentIndex, index) >= 0) {
            throw table.reader()
                    .corrupt(
                            table.position(),
                            "references sorted by index",
                            ChunkIndex.ofUnsigned(currentIndex) + " before " + ChunkIndex.ofUnsigned(index));
        }
        current = table;
        currentIndex = index;
        return true;
    }

    /**
     * Passes over the references before an index; {@link #advance} then goes to the first one that is not. Cost: a binary
     * search.
     *
     * @param index where to go on; not before what was passed already
     * @throws CorruptObjectException if the file is damaged where the search came by
     */
    public void skipTo(ChunkIndex index) {
        int low = next;
        int high = references.length();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ReferenceCodec.compareIndex(references.table(middle), index.unsigned()) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        next = low;
    }

    /** Index of the current reference. */
    public ChunkIndex index() {
        table();
        return ChunkIndex.ofUnsigned(unsignedIndex());
    }

    /**
     * The current reference.
     *
     * @throws CorruptObjectException if the file is damaged there
     */
    public ChunkReference reference() {
        return ReferenceCodec.reference(table(), locations);
    }

    /** Whether compressed locations can be taken over by whoever compresses with this dictionary. */
    boolean hasDictionary(Bytes dictionary) {
        return locations != null && locations.dictionary().equals(dictionary);
    }

    FlatTable table() {
        if (current == null) {
            throw new IllegalStateException("The cursor is not at a reference: call advance() and see what it gives");
        }
        return current;
    }

    int[] unsignedIndex() {
        if (currentIndex == null) {
            throw new IllegalStateException("The cursor is not at a reference: call advance() and see what it gives");
        }
        return currentIndex;
    }
}
