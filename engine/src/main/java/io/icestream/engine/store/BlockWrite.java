package io.icestream.engine.store;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkOverlap;
import io.icestream.engine.zarr.EncodedChunk;
import io.icestream.engine.zarr.FillValue;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes one block of elements to the chunks that it touches.
 *
 * <p>A chunk is stored as soon as the block has something for it that is not fill value: that is seen from the block alone. Where the block has nothing else, a chunk that it
 * covers is deleted, and one that it covers in part is read to see whether anything is left.
 */
final class BlockWrite {
    private final WritableSession session;
    private final NodePath path;
    private final ArrayMetadata metadata;
    private final NdArray block;
    private final EmptyChunks emptyChunks;
    private final Map<ChunkIndex, ChunkOverlap> stored = new LinkedHashMap<>();
    private final Map<ChunkIndex, ChunkOverlap> doubtful = new LinkedHashMap<>();
    private final List<ChunkIndex> empty = new ArrayList<>();

    BlockWrite(WritableSession session, NodePath path, ArrayMetadata metadata, NdArray block, EmptyChunks emptyChunks) {
        this.session = session;
        this.path = path;
        this.metadata = metadata;
        this.block = block;
        this.emptyChunks = emptyChunks;
    }

    void run(Region region) {
        metadata.chunkGrid().overlaps(region).forEach(this::sort);
        Map<ChunkIndex, NdArray> remaining = new ConcurrentHashMap<>();
        session.readChunks(path, doubtful.keySet(), (chunk, bytes) -> {
            ChunkOverlap overlap = overlapOf(doubtful, chunk);
            bytes.map(present -> merged(overlap, metadata.decodeChunk(overlap.chunkIndex(), present)))
                    .ifPresent(elements -> remaining.put(chunk, elements));
        });
        doubtful.keySet().forEach(chunk -> settle(chunk, remaining));
        session.setEncodedChunks(
                path, stored.keySet(), chunk -> encoded(overlapOf(stored, chunk), remaining.get(chunk)));
        empty.forEach(chunk -> session.deleteChunk(path, chunk));
    }

    private void sort(ChunkOverlap overlap) {
        ChunkIndex chunk = ChunkIndex.of(overlap.chunkIndex());
        FillValue fill = metadata.fillValue();
        if (emptyChunks == EmptyChunks.STORE || !fill.fills(block, overlap.regionOrigin(), overlap.lengths())) {
            stored.put(chunk, overlap);
        } else if (overlap.coversChunk()) {
            drop(chunk);
        } else {
            doubtful.put(chunk, overlap);
        }
    }

    /** A chunk that is absent already needs no deletion, which would be recorded as a change. */
    private void drop(ChunkIndex chunk) {
        if (session.findChunk(path, chunk).isPresent()) {
            empty.add(chunk);
        }
    }

    private void settle(ChunkIndex chunk, Map<ChunkIndex, NdArray> remaining) {
        NdArray elements = remaining.get(chunk);
        if (elements == null) {
            return;
        }
        if (metadata.fillValue().fills(elements)) {
            empty.add(chunk);
        } else {
            stored.put(chunk, overlapOf(doubtful, chunk));
        }
    }

    /** What a chunk has wholly in the block is encoded from there. */
    private EncodedChunk encoded(ChunkOverlap overlap, @Nullable NdArray known) {
        long[] index = overlap.chunkIndex();
        if (known == null && overlap.isWholeChunk()) {
            return metadata.encodeChunkFrom(index, block, overlap.regionOrigin());
        }
        return metadata.encodeChunkFrom(index, known == null ? merged(overlap) : known, new int[index.length]);
    }

    private NdArray merged(ChunkOverlap overlap) {
        long[] index = overlap.chunkIndex();
        Optional<NdArray> present = overlap.coversChunk()
                ? Optional.empty()
                : session.readChunk(path, ChunkIndex.of(index)).map(bytes -> metadata.decodeChunk(index, bytes));
        return merged(overlap, present.orElseGet(() -> metadata.fillChunk(index)));
    }

    private NdArray merged(ChunkOverlap overlap, NdArray elements) {
        block.copyRegion(overlap.regionOrigin(), elements, overlap.chunkOrigin(), overlap.lengths());
        return elements;
    }

    private static ChunkOverlap overlapOf(Map<ChunkIndex, ChunkOverlap> overlaps, ChunkIndex chunk) {
        ChunkOverlap overlap = overlaps.get(chunk);
        if (overlap == null) {
            throw new IllegalStateException("Chunk [" + chunk + "] was not asked for");
        }
        return overlap;
    }
}
