package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The lengths of the chunks along one dimension of a rectilinear grid: all the same, or listed one by one. Immutable.
 *
 * <p>Runs of one length take one entry each, in memory and in metadata, so that a million equal chunks cost nothing.
 *
 * <p>Source: Zarr extension, chunk grid {@code rectilinear}.
 */
public final class ChunkLengths {
    /** So many chunks along one dimension fit what Icechunk counts them with. */
    private static final long LARGEST_COUNT = 0xffff_ffffL;

    /** Length of the chunks of each run. */
    private final long[] lengths;

    /** Entry i is the index of the first chunk of run i; the last one is the number of chunks. Empty if all have one length. */
    private final long[] firstChunks;

    /** Entry i is the first element of run i; the last one is the sum of all lengths. Empty if all have one length. */
    private final long[] firstElements;

    private ChunkLengths(long[] lengths, long[] firstChunks, long[] firstElements) {
        this.lengths = lengths;
        this.firstChunks = firstChunks;
        this.firstElements = firstElements;
    }

    /**
     * Chunks of one length, as many as the array needs, also when it grows. Metadata has a bare integer for it, which the reference implementation of Icechunk (2.3)
     * refuses: where that is to read the array, list the lengths.
     *
     * @param length number of elements, at least 1
     */
    public static ChunkLengths every(long length) {
        requireLength(length);
        return new ChunkLengths(new long[] {length}, new long[0], new long[0]);
    }

    /**
     * Chunks of these lengths, the first one first. Together they must reach to the end of the array, and may go beyond it.
     *
     * @param lengths numbers of elements, each at least 1
     */
    public static ChunkLengths of(long... lengths) {
        List<long[]> runs = new ArrayList<>();
        for (long length : lengths) {
            addRun(runs, length, 1);
        }
        return ofRuns(runs);
    }

    private static void addRun(List<long[]> runs, long length, long count) {
        requireLength(length);
        if (!runs.isEmpty() && runs.get(runs.size() - 1)[0] == length) {
            runs.get(runs.size() - 1)[1] += count;
        } else {
            runs.add(new long[] {length, count});
        }
    }

    private static void requireLength(long length) {
        if (length < 1) {
            throw new IllegalArgumentException("Invalid chunk length " + length + ": each must be at least 1");
        }
    }

    private static ChunkLengths ofRuns(List<long[]> runs) {
        if (runs.isEmpty()) {
            throw new IllegalArgumentException("Invalid chunk lengths []: there must be at least one");
        }
        long[] lengths = new long[runs.size()];
        long[] chunks = new long[runs.size() + 1];
        long[] elements = new long[runs.size() + 1];
        for (int run = 0; run < lengths.length; run++) {
            lengths[run] = runs.get(run)[0];
            chunks[run + 1] = chunks[run] + runs.get(run)[1];
            elements[run + 1] = addedUp(elements[run], lengths[run], runs.get(run)[1]);
            if (chunks[run + 1] > LARGEST_COUNT) {
                throw new IllegalArgumentException("Invalid chunk lengths: more than " + LARGEST_COUNT + " chunks");
            }
        }
        return new ChunkLengths(lengths, chunks, elements);
    }

    private static long addedUp(long sum, long length, long count) {
        try {
            return Math.addExact(sum, Math.multiplyExact(length, count));
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("Invalid chunk lengths: their sum exceeds the range of a long", e);
        }
    }

    static ChunkLengths parse(MetadataField field) {
        try {
            if (!field.node().isArray()) {
                return every(field.asLength());
            }
            List<long[]> runs = new ArrayList<>();
            for (MetadataField entry : field.elements()) {
                if (!entry.node().isArray()) {
                    addRun(runs, entry.asLength(), 1);
                } else if (entry.node().size() == 2 && count(entry.element(1)) > 0) {
                    addRun(runs, entry.element(0).asLength(), count(entry.element(1)));
                } else {
                    throw entry.expected("a length, or a pair of length and count");
                }
            }
            return ofRuns(runs);
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(field.path(), String.valueOf(e.getMessage()), e);
        }
    }

    private static long count(MetadataField field) {
        long count = field.asLength();
        if (count > LARGEST_COUNT) {
            throw field.expected("a number of chunks up to " + LARGEST_COUNT);
        }
        return count;
    }

    /** The metadata form: runs of more than one chunk as pairs, where that is shorter than the plain list. */
    public JsonNode toJson() {
        if (isRegular()) {
            return JsonNodeFactory.instance.numberNode(lengths[0]);
        }
        ArrayNode json = JsonNodeFactory.instance.arrayNode();
        boolean shorter = lengths.length < chunkCount(0);
        for (int run = 0; run < lengths.length; run++) {
            long count = firstChunks[run + 1] - firstChunks[run];
            if (shorter && count > 1) {
                json.addArray().add(lengths[run]).add(count);
            } else {
                json.add(lengths[run]);
            }
        }
        return json;
    }

    /** Whether all chunks have one length, and there are as many as needed. */
    public boolean isRegular() {
        return firstChunks.length == 0;
    }

    /** The lengths that occur, each at least once. */
    long[] distinctLengths() {
        return Arrays.stream(lengths).distinct().toArray();
    }

    /** Number of chunks that are listed, or needed for an array of that length. */
    long chunkCount(long arrayLength) {
        return isRegular() ? (arrayLength == 0 ? 0 : (arrayLength - 1) / lengths[0] + 1) : firstChunks[lengths.length];
    }

    /** Whether the chunks reach to the end of an array of that length. */
    boolean cover(long arrayLength) {
        return isRegular() || firstElements[lengths.length] >= arrayLength;
    }

    /** These lengths with one more for what is lacking, if something is. */
    ChunkLengths covering(long arrayLength) {
        if (cover(arrayLength)) {
            return this;
        }
        List<long[]> runs = new ArrayList<>();
        for (int run = 0; run < lengths.length; run++) {
            runs.add(new long[] {lengths[run], firstChunks[run + 1] - firstChunks[run]});
        }
        addRun(runs, arrayLength - firstElements[lengths.length], 1);
        return ofRuns(runs);
    }

    /** Index of the chunk that holds an element. */
    long chunkOf(long element) {
        if (isRegular()) {
            return element / lengths[0];
        }
        int run = run(firstElements, element);
        return firstChunks[run] + (element - firstElements[run]) / lengths[run];
    }

    /** First element of a chunk. */
    long start(long chunk) {
        if (isRegular()) {
            return chunk * lengths[0];
        }
        int run = run(firstChunks, chunk);
        return firstElements[run] + (chunk - firstChunks[run]) * lengths[run];
    }

    /** Number of elements of a chunk. */
    long length(long chunk) {
        return isRegular() ? lengths[0] : lengths[run(firstChunks, chunk)];
    }

    /** The run whose range has the value. */
    private static int run(long[] firsts, long value) {
        int found = Arrays.binarySearch(firsts, value);
        return found >= 0 ? found : -found - 2;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChunkLengths that
                && Arrays.equals(lengths, that.lengths)
                && Arrays.equals(firstChunks, that.firstChunks);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(lengths) + Arrays.hashCode(firstChunks);
    }

    /** The metadata form. */
    @Override
    public String toString() {
        return toJson().toString();
    }
}
