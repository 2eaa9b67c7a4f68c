package io.icestream.ingest.slice;

import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.SourcePartition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rows on the heap until the next drain, as columns by source partition, window and chunk.
 *
 * <p>Nothing is allocated per row: columns double when they are full and are used again after a drain. Not thread-safe; belongs to one
 * task.
 */
public final class BlockBuffers {

    /** Heap that emptied columns may keep for the next rows. */
    private static final long SPARE_BYTES = 32L << 20;

    /** About what the columns of one chunk and window take before they hold a row. */
    private static final long GROUP_BYTES = 1024;

    private final DatasetGrid grid;
    private final int variables;
    private final int rowBytes;
    private final BlockEncoder encoder;
    /** Source partitions; their index in the list stands for them in the columns. */
    private final List<SourcePartition> sources = new ArrayList<>();

    private final List<byte[]> topics = new ArrayList<>();
    private @Nullable RowColumns[] table = new @Nullable RowColumns[64];
    private final List<RowColumns> used = new ArrayList<>();
    private final ArrayDeque<RowColumns> spare = new ArrayDeque<>();
    private long spareBytes;
    private int rows;
    private int lastSource;

    /** Takes encoded blocks. */
    @FunctionalInterface
    public interface Sink {
        /**
         * Takes one block.
         *
         * @param chunk the chunk that its rows belong to; decides the partition
         * @param block the encoded block, at most {@link Block#MAX_SIZE_BYTES} unless a single row is larger; now the sink's own
         */
        void accept(ChunkKey chunk, byte[] block);
    }

    /**
     * Makes empty buffers.
     *
     * @param grid the grid that rows are placed on
     * @param variables number of variables of the data set, at most 65,535
     * @param incarnation the incarnation of the ingest; written into every block
     */
    public BlockBuffers(DatasetGrid grid, int variables, String incarnation) {
        this.grid = grid;
        this.variables = variables;
        this.rowBytes = RowColumns.rowBytes(variables);
        this.encoder = new BlockEncoder(incarnation, grid.group(), variables);
    }

    /**
     * Adds a row.
     *
     * @param source the partition that it was read from
     * @param row the row, copied; its slot is not negative and its station on the axis
     */
    public void append(SourcePartition source, Row row) {
        columnsFor(sourceIndex(source), row).append(row);
        rows++;
    }

    private int sourceIndex(SourcePartition source) {
        if (lastSource < sources.size() && sources.get(lastSource).equals(source)) {
            return lastSource;
        }
        int known = sources.indexOf(source);
        if (known >= 0) {
            lastSource = known;
            return known;
        }
        sources.add(source);
        topics.add(BlockEncoder.text("topic", source.topic()));
        lastSource = sources.size() - 1;
        return lastSource;
    }

    private RowColumns columnsFor(int source, Row row) {
        long window = grid.windowOf(row.slot());
        int stationChunk = row.station() / grid.chunkStations();
        int at = hash(source, window, stationChunk) & (table.length - 1);
        while (true) {
            RowColumns columns = table[at];
            if (columns == null) {
                return begin(source, window, grid.chunkOf(row.slot(), row.station()));
            }
            if (columns.is(source, window, stationChunk)) {
                return columns;
            }
            at = (at + 1) & (table.length - 1);
        }
    }

    private static int hash(int source, long window, int stationChunk) {
        long mixed = (window * 31 + stationChunk) * 31 + source;
        mixed *= 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32);
    }

    private RowColumns begin(int source, long window, ChunkKey chunk) {
        RowColumns columns = spare.poll();
        if (columns == null) {
            columns = new RowColumns(variables);
        } else {
            spareBytes -= columns.sizeBytes();
        }
        columns.begin(source, chunk, window, chunk.time() * grid.slotsPerChunk());
        used.add(columns);
        if (used.size() * 2 > table.length) {
            table = new @Nullable RowColumns[table.length * 2];
            used.forEach(this::enter);
        } else {
            enter(columns);
        }
        return columns;
    }

    private void enter(RowColumns columns) {
        int at = hash(columns.source(), columns.window(), columns.chunk().station()) & (table.length - 1);
        while (table[at] != null) {
            at = (at + 1) & (table.length - 1);
        }
        table[at] = columns;
    }

    /** {@return number of rows held} */
    public int rows() {
        return rows;
    }

    /** {@return whether no row is held} */
    public boolean isEmpty() {
        return rows == 0;
    }

    /**
     * Estimates the heap that the held rows take. Columns double when they grow, so it can be up to twice as much; spare columns of
     * 32 MiB at most come on top.
     *
     * @return bytes of the rows, and what each group of them takes beside
     */
    public long sizeBytes() {
        return (long) rows * rowBytes + used.size() * GROUP_BYTES;
    }

    /**
     * Hands all rows over as blocks and is empty afterwards. Blocks come in the order in which their first rows came; a sink that
     * throws leaves the rows where they are.
     *
     * @param sink takes the blocks
     */
    public void drain(Sink sink) {
        for (RowColumns columns : used) {
            byte[] topic = topics.get(columns.source());
            int partition = sources.get(columns.source()).partition();
            int step = encoder.rowsPerBlock(topic);
            for (int from = 0; from < columns.rows(); from += step) {
                int to = Math.min(columns.rows(), from + step);
                sink.accept(columns.chunk(), encoder.encode(columns, topic, partition, from, to));
            }
        }
        discard();
    }

    /** Forgets all rows. */
    public void discard() {
        for (RowColumns columns : used) {
            if (spareBytes + columns.sizeBytes() <= SPARE_BYTES) {
                spareBytes += columns.sizeBytes();
                spare.push(columns);
            }
        }
        used.clear();
        Arrays.fill(table, null);
        rows = 0;
    }
}
