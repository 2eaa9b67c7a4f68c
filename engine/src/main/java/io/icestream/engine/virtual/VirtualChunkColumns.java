package io.icestream.engine.virtual;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.VirtualChecksum;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Virtual chunks of a box of an array, column by column: one entry per chunk, in C order, the last dimension fastest.
 * Immutable.
 */
public final class VirtualChunkColumns {
    private final int[] shape;
    private final List<String> locations;
    private final long[] offsets;
    private final long[] lengths;
    private final long[] origin;
    private final Optional<VirtualChecksum> checksum;

    private VirtualChunkColumns(
            int[] shape,
            List<String> locations,
            long[] offsets,
            long[] lengths,
            long[] origin,
            Optional<VirtualChecksum> checksum) {
        this.shape = shape;
        this.locations = locations;
        this.offsets = offsets;
        this.lengths = lengths;
        this.origin = origin;
        this.checksum = checksum;
        if (origin.length != shape.length) {
            throw new IllegalArgumentException(
                    "Invalid origin " + Arrays.toString(origin) + " of a box of " + shape.length + " dimensions");
        }
    }

    /**
     * A box at the start of the array, without checksum.
     *
     * @param shape number of chunks of the box in each dimension
     * @param locations URL of each chunk's object; empty for a chunk that is left as it is
     * @param offsets first byte of each chunk in its object
     * @param lengths number of bytes of each chunk
     * @return the columns; they are copied
     * @throws IllegalArgumentException if a column has more or fewer entries than the box has chunks
     */
    public static VirtualChunkColumns of(int[] shape, List<String> locations, long[] offsets, long[] lengths) {
        long chunks = Arrays.stream(shape).mapToLong(count -> count).reduce(1, Math::multiplyExact);
        if (locations.size() != chunks || offsets.length != chunks || lengths.length != chunks) {
            throw new IllegalArgumentException("Invalid columns for a box of " + Arrays.toString(shape) + " chunks: "
                    + locations.size() + " locations, " + offsets.length + " offsets, " + lengths.length + " lengths");
        }
        return new VirtualChunkColumns(
                shape.clone(),
                List.copyOf(locations),
                offsets.clone(),
                lengths.clone(),
                new long[shape.length],
                Optional.empty());
    }

    /**
     * The same box elsewhere in the array.
     *
     * @param index of its first chunk
     * @return the changed columns
     */
    public VirtualChunkColumns at(long... index) {
        return new VirtualChunkColumns(shape, locations, offsets, lengths, index.clone(), checksum);
    }

    /**
     * The same chunks with a checksum.
     *
     * @param value what must hold of every object
     * @return the changed columns
     */
    public VirtualChunkColumns withChecksum(VirtualChecksum value) {
        return new VirtualChunkColumns(shape, locations, offsets, lengths, origin, Optional.of(value));
    }

    /** Takes the entries. */
    @FunctionalInterface
    public interface Consumer {
        /**
         * Takes one entry.
         *
         * @param index of the chunk
         * @param reference to it
         */
        void accept(ChunkIndex index, ChunkReference.Virtual reference);
    }

    /**
     * Gives all entries that have a location.
     *
     * @param consumer takes them, in C order
     */
    public void forEach(Consumer consumer) {
        for (int i = 0; i < locations.size(); i++) {
            if (!locations.get(i).isEmpty()) {
                consumer.accept(
                        index(i), new ChunkReference.Virtual(locations.get(i), offsets[i], lengths[i], checksum));
            }
        }
    }

    private ChunkIndex index(int entry) {
        long[] index = origin.clone();
        int rest = entry;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            index[axis] += rest % shape[axis];
            rest /= shape[axis];
        }
        return ChunkIndex.of(index);
    }

    /**
     * @return what must hold of every object, if anything
     */
    public Optional<VirtualChecksum> checksum() {
        return checksum;
    }

    @Override
    public String toString() {
        return "VirtualChunkColumns[" + locations.size() + " chunks from " + Arrays.toString(origin) + "]";
    }
}
