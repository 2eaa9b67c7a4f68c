package io.icestream.engine.virtual;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.VirtualChecksum;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Virtual chunks of a box of an array, column by column: one entry per chunk, in C order, the last dimension fastest.
 *
 * @param shape number of chunks of the box in each dimension
 * @param locations URL of each chunk's object; empty for a chunk that is left as it is
 * @param offsets first byte of each chunk in its object
 * @param lengths number of bytes of each chunk
 * @param origin index of the first chunk of the box, one entry per dimension
 * @param checksum what must hold of every object
 */
public record VirtualChunkColumns(
        int[] shape,
        List<String> locations,
        long[] offsets,
        long[] lengths,
        long[] origin,
        Optional<VirtualChecksum> checksum) {
    /** Copies, and checks that all columns have as many entries as the box has chunks. */
    public VirtualChunkColumns {
        shape = shape.clone();
        locations = List.copyOf(locations);
        offsets = offsets.clone();
        lengths = lengths.clone();
        origin = origin.clone();
        long chunks = Arrays.stream(shape).mapToLong(count -> count).reduce(1, Math::multiplyExact);
        if (locations.size() != chunks || offsets.length != chunks || lengths.length != chunks) {
            throw new IllegalArgumentException("Invalid columns for a box of " + Arrays.toString(shape) + " chunks: "
                    + locations.size() + " locations, " + offsets.length + " offsets, " + lengths.length + " lengths");
        }
        if (origin.length != shape.length) {
            throw new IllegalArgumentException(
                    "Invalid origin " + Arrays.toString(origin) + " of a box of " + shape.length + " dimensions");
        }
    }

    /**
     * A box at the start of the array, without checksum.
     *
     * @param shape number of chunks in each dimension
     * @param locations URL of each chunk's object, or empty
     * @param offsets first byte of each chunk
     * @param lengths number of bytes of each chunk
     * @return the columns
     */
    public static VirtualChunkColumns of(int[] shape, List<String> locations, long[] offsets, long[] lengths) {
        return new VirtualChunkColumns(shape, locations, offsets, lengths, new long[shape.length], Optional.empty());
    }

    /**
     * The same box elsewhere in the array.
     *
     * @param index of its first chunk
     * @return the changed columns
     */
    public VirtualChunkColumns at(long... index) {
        return new VirtualChunkColumns(shape, locations, offsets, lengths, index, checksum);
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

    @Override
    public int[] shape() {
        return shape.clone();
    }

    @Override
    public long[] offsets() {
        return offsets.clone();
    }

    @Override
    public long[] lengths() {
        return lengths.clone();
    }

    @Override
    public long[] origin() {
        return origin.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VirtualChunkColumns that
                && Arrays.equals(shape, that.shape)
                && locations.equals(that.locations)
                && Arrays.equals(offsets, that.offsets)
                && Arrays.equals(lengths, that.lengths)
                && Arrays.equals(origin, that.origin)
                && checksum.equals(that.checksum);
    }

    @Override
    public int hashCode() {
        return 31 * locations.hashCode() + Arrays.hashCode(offsets);
    }

    @Override
    public String toString() {
        return "VirtualChunkColumns[" + locations.size() + " chunks from " + Arrays.toString(origin) + "]";
    }
}
