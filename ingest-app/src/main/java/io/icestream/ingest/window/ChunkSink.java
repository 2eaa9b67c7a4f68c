package io.icestream.ingest.window;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.zarr.NdArray;

/** Where finished chunks go: encodes them as the array's codecs say and stores them. May be called by several threads. */
public interface ChunkSink {

    /**
     * Finds the array of a variable.
     *
     * @param variable position of the variable in the data set
     * @return path of its array
     */
    NodePath array(int variable);

    /**
     * Encodes and stores a chunk; it is visible to nobody until its reference is attached and published.
     *
     * @param variable position of the variable in the data set
     * @param values the cells, at full chunk shape
     * @return where the bytes are
     */
    ChunkReference store(int variable, NdArray values);
}
