package io.icestream.engine.zarr;

import java.util.Arrays;

/**
 * Elements at equal distances: {@code start:stop:step} in each dimension. Immutable.
 *
 * <p>A selection may be empty in a dimension; it does not know the array that it lies in.
 */
public final class Selection {
    private final long[] start;
    private final long[] step;
    private final long[] shape;

    private Selection(long[] start, long[] step, long[] shape) {
        this.start = start;
        this.step = step;
        this.shape = shape;
    }

    /**
     * Selects by half open ranges and steps.
     *
     * @param start first element in each dimension, at least 0
     * @param stop end of the range in each dimension, not selected itself
     * @param step distance from one element to the next in each dimension, at least 1
     * @throws IllegalArgumentException if the ranks differ, a start is negative, or a step is less than 1
     */
    public static Selection of(long[] start, long[] stop, long[] step) {
        if (start.length != stop.length || start.length != step.length) {
            throw new IllegalArgumentException("Invalid selection: start " + Arrays.toString(start) + ", stop "
                    + Arrays.toString(stop) + " and step " + Arrays.toString(step) + " differ in rank");
        }
        long[] shape = new long[start.length];
        for (int d = 0; d < shape.length; d++) {
            if (start[d] < 0 || step[d] < 1) {
                throw new IllegalArgumentException("Invalid selection: start " + Arrays.toString(start) + ", step "
                        + Arrays.toString(step) + "; no start may be negative and no step less than 1");
            }
            shape[d] = stop[d] <= start[d] ? 0 : (stop[d] - start[d] - 1) / step[d] + 1;
        }
        return new Selection(start.clone(), step.clone(), shape);
    }

    /** Every element of a region. */
    public static Selection of(Region region) {
        long[] ones = new long[region.rank()];
        Arrays.fill(ones, 1);
        return new Selection(region.origin(), ones, region.shape());
    }

    /** Number of dimensions. */
    public int rank() {
        return start.length;
    }

    /** Number of selected elements in each dimension; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** First selected element in one dimension. */
    public long start(int dimension) {
        return start[dimension];
    }

    /** Distance between selected elements in one dimension. */
    public long step(int dimension) {
        return step[dimension];
    }

    /** Number of selected elements in one dimension. */
    public long length(int dimension) {
        return shape[dimension];
    }

    /** The selected element of that number, counted from 0, in one dimension. */
    public long element(int dimension, long number) {
        return start[dimension] + number * step[dimension];
    }

    /** Number of the first selected element at or behind an element index; as large as {@link #length} or larger if there is none. */
    long firstAtOrAfter(int dimension, long element) {
        return element <= start[dimension] ? 0 : (element - start[dimension] - 1) / step[dimension] + 1;
    }

    /** The smallest region that has all selected elements. */
    public Region bounds() {
        long[] spans = new long[shape.length];
        for (int d = 0; d < spans.length; d++) {
            spans[d] = shape[d] == 0 ? 0 : (shape[d] - 1) * step[d] + 1;
        }
        return new Region(start, spans);
    }

    /** For messages: {@code [0:10:2, 5:8:1]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("[");
        Region bounds = bounds();
        for (int d = 0; d < start.length; d++) {
            text.append(d == 0 ? "" : ", ").append(start[d]).append(':').append(bounds.end(d));
            text.append(':').append(step[d]);
        }
        return text.append(']').toString();
    }
}
