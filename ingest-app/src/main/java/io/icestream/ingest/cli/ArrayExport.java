package io.icestream.ingest.cli;

import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.ChunkGrid;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes arrays of the same dimensions as rows: one row per cell, the coordinates first, then one value per array.
 *
 * <p>Works through blocks along the first dimension, cut at chunk boundaries where that fits, so that memory is bounded by about {@value #BLOCK_CELLS} cells or one row of
 * chunks, whatever the length of the selection.
 */
final class ArrayExport {
    private static final long BLOCK_CELLS = 1 << 20;

    private final long blockCells;
    private final List<ZarrArray> arrays;
    private final List<ExportAxis> axes;

    /**
     * @param arrays arrays of the same dimensions, at least one dimension
     * @param axes what is wanted of each dimension
     */
    ArrayExport(List<ZarrArray> arrays, List<ExportAxis> axes) {
        this(arrays, axes, BLOCK_CELLS);
    }

    ArrayExport(List<ZarrArray> arrays, List<ExportAxis> axes, long blockCells) {
        this.blockCells = blockCells;
        this.arrays = arrays;
        this.axes = axes;
    }

    /** {@return names of the columns} */
    List<String> columns() {
        List<String> columns =
                new ArrayList<>(axes.stream().map(ExportAxis::name).toList());
        arrays.forEach(array -> columns.add(array.path().name()));
        return columns;
    }

    /**
     * Writes all rows.
     *
     * @param sink where to
     * @throws IOException if they cannot be written
     */
    void write(RowSink sink) throws IOException {
        ExportAxis first = axes.get(0);
        long length = blockLength();
        long from = first.begin();
        while (from < first.end()) {
            long to = Math.min(first.end(), (from / length + 1) * length);
            new Block(from, Math.toIntExact(to - from)).write(sink);
            sink.flush();
            from = to;
        }
    }

    private long blockLength() {
        long cellsPerPosition = arrays.size();
        for (ExportAxis axis : axes.subList(1, axes.size())) {
            cellsPerPosition *= Math.max(1, axis.end() - axis.begin());
        }
        long fitting = Math.max(1, blockCells / cellsPerPosition);
        ChunkGrid grid = arrays.get(0).metadata().chunkGrid();
        long chunk = grid.isRegular() ? grid.chunkShape()[0] : 1;
        return fitting > chunk ? fitting / chunk * chunk : fitting;
    }

    /** A range along the first dimension. */
    private final class Block {
        private final int[] shape = new int[axes.size()];
        private final List<Object[]> names = new ArrayList<>();
        private final List<int[]> wanted = new ArrayList<>();
        private final List<NdArray> values = new ArrayList<>();
        private final @Nullable Object[] missing = new Object[arrays.size()];
        private final @Nullable Object[] row = new Object[axes.size() + arrays.size()];

        Block(long from, int length) {
            long[] origin = new long[axes.size()];
            for (int i = 0; i < axes.size(); i++) {
                ExportAxis axis = axes.get(i);
                origin[i] = i == 0 ? from : axis.begin();
                shape[i] = i == 0 ? length : Math.toIntExact(axis.end() - axis.begin());
                names.add(axis.names(origin[i], shape[i]));
                wanted.add(axis.offsets(shape[i]));
            }
            for (ZarrArray array : arrays) {
                values.add(array.read(new Region(origin, lengths())));
                if (ExportVariables.isFillMissing(array)) {
                    missing[values.size() - 1] = ExportVariables.value(
                            NdArray.filled(array.metadata().fillValue()), 0);
                }
            }
        }

        private long[] lengths() {
            long[] lengths = new long[shape.length];
            for (int i = 0; i < shape.length; i++) {
                lengths[i] = shape[i];
            }
            return lengths;
        }

        void write(RowSink sink) throws IOException {
            write(sink, 0, 0);
        }

        /** Walks through the wanted positions of one dimension and those after it; {@code before} is the position so far, in C order. */
        private void write(RowSink sink, int axis, int before) throws IOException {
            if (axis == shape.length) {
                for (int i = 0; i < values.size(); i++) {
                    row[axis + i] = value(i, before);
                }
                sink.row(row);
                return;
            }
            for (int offset : wanted.get(axis)) {
                row[axis] = names.get(axis)[offset];
                write(sink, axis + 1, before * shape[axis] + offset);
            }
        }

        private @Nullable Object value(int array, int position) {
            Object value = ExportVariables.value(values.get(array), position);
            return value != null && value.equals(missing[array]) ? null : value;
        }
    }
}
