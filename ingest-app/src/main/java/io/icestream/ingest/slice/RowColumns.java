package io.icestream.ingest.slice;

import io.icestream.ingest.protocol.ChunkKey;
import java.util.Arrays;

/** Growing columns of the rows of one chunk, window and source partition; emptied and used again for another one. */
final class RowColumns {

    private static final int FIRST_CAPACITY = 16;

    private final int variables;
    private final int rowBytes;
    private int rows;
    private int capacity;
    private int[] slots = {};
    private int[] stations = {};
    private long[] versions = {};
    private long[] offsets = {};
    private final long[][] values;
    /** By variable: one bit per row, lowest first. */
    private final long[][] presence;

    private final int[] presentRows;

    private ChunkKey chunk = new ChunkKey("/", 0, 0);
    private int source;
    private long window;
    private long firstSlot;

    RowColumns(int variables) {
        this.variables = variables;
        this.rowBytes = rowBytes(variables);
        this.values = new long[variables][0];
        this.presence = new long[variables][0];
        this.presentRows = new int[variables];
    }

    void begin(int sourceIndex, ChunkKey chunkKey, long windowIndex, long firstSlotOfChunk) {
        this.source = sourceIndex;
        this.chunk = chunkKey;
        this.window = windowIndex;
        this.firstSlot = firstSlotOfChunk;
        clear();
    }

    void clear() {
        rows = 0;
        Arrays.fill(presentRows, 0);
        for (long[] bits : presence) {
            Arrays.fill(bits, 0);
        }
    }

    boolean is(int sourceIndex, long windowIndex, int stationChunk) {
        return window == windowIndex && chunk.station() == stationChunk && source == sourceIndex;
    }

    void append(Row row) {
        if (rows == capacity) {
            grow();
        }
        int at = rows++;
        slots[at] = (int) (row.slot() - firstSlot);
        stations[at] = row.station();
        versions[at] = row.version();
        offsets[at] = row.offset();
        for (int variable = 0; variable < variables; variable++) {
            if (row.isPresent(variable)) {
                values[variable][at] = row.bits(variable);
                presence[variable][at >>> 6] |= 1L << at;
                presentRows[variable]++;
            } else {
                values[variable][at] = 0;
            }
        }
    }

    private void grow() {
        capacity = capacity == 0 ? FIRST_CAPACITY : capacity * 2;
        slots = Arrays.copyOf(slots, capacity);
        stations = Arrays.copyOf(stations, capacity);
        versions = Arrays.copyOf(versions, capacity);
        offsets = Arrays.copyOf(offsets, capacity);
        for (int variable = 0; variable < variables; variable++) {
            values[variable] = Arrays.copyOf(values[variable], capacity);
            presence[variable] = Arrays.copyOf(presence[variable], (capacity + 63) >>> 6);
        }
    }

    static int rowBytes(int variables) {
        return 24 + 8 * variables + (variables + 7) / 8;
    }

    /** {@return heap held, as far as it grows with the rows} */
    long sizeBytes() {
        return (long) capacity * rowBytes;
    }

    int rows() {
        return rows;
    }

    int variables() {
        return variables;
    }

    ChunkKey chunk() {
        return chunk;
    }

    long window() {
        return window;
    }

    int source() {
        return source;
    }

    int[] slots() {
        return slots;
    }

    int[] stations() {
        return stations;
    }

    long[] versions() {
        return versions;
    }

    long[] offsets() {
        return offsets;
    }

    long[] values(int variable) {
        return values[variable];
    }

    boolean isPresent(int variable, int row) {
        return (presence[variable][row >>> 6] >>> row & 1) != 0;
    }

    /** {@return whether all, some or none of a range of rows have the variable, as {@link Presence} writes it} */
    int presenceKind(int variable, int from, int to) {
        if (presentRows[variable] == rows) {
            return Presence.ALL;
        }
        int present = 0;
        for (int row = from; row < to && presentRows[variable] > 0; row++) {
            present += isPresent(variable, row) ? 1 : 0;
        }
        return present == to - from ? Presence.ALL : present == 0 ? Presence.NONE : Presence.SOME;
    }
}
