package io.icestream.ingest.slice;

import java.util.function.IntPredicate;

/** For each cell the order of the row that its value comes from: version, source partition, offset. */
final class Stamps {

    static final int CELL_BYTES = 20;

    private final long[] versions;
    private final long[] offsets;
    /** Number of the source partition; 0 while the cell has no row. */
    private final int[] sources;

    Stamps(int cells) {
        this(new long[cells], new long[cells], new int[cells]);
    }

    private Stamps(long[] versions, long[] offsets, int[] sources) {
        this.versions = versions;
        this.offsets = offsets;
        this.sources = sources;
    }

    /** Stamps a cell unless it bears a newer stamp, and tells whether it did. */
    boolean advance(int cell, long version, int source, long offset, ChunkAssembly.Sources order) {
        if (sources[cell] != 0 && !isNewer(cell, version, source, offset, order)) {
            return false;
        }
        versions[cell] = version;
        offsets[cell] = offset;
        sources[cell] = source;
        return true;
    }

    private boolean isNewer(int cell, long version, int source, long offset, ChunkAssembly.Sources order) {
        if (version != versions[cell]) {
            return version > versions[cell];
        }
        int bySource = order.compare(source, sources[cell]);
        return bySource != 0 ? bySource > 0 : offset > offsets[cell];
    }

    Stamps copy() {
        return new Stamps(versions.clone(), offsets.clone(), sources.clone());
    }

    Stamps copyWhere(IntPredicate kept) {
        Stamps copy = copy();
        for (int cell = 0; cell < sources.length; cell++) {
            if (!kept.test(cell)) {
                copy.sources[cell] = 0;
            }
        }
        return copy;
    }
}
