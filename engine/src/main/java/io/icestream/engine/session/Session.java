package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.StoredBytes;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A view of one snapshot, and for a writable session of the changes on top of it. Everything that is read comes from
 * that one snapshot, whatever others commit meanwhile.
 *
 * <p>All reads may throw {@link io.icestream.engine.storage.StorageException} if the storage does not work and
 * {@link io.icestream.engine.format.CorruptObjectException} if an object is damaged.
 */
public sealed interface Session permits ReadonlySession, BranchSession {
    /**
     * @return the snapshot that this session started from
     */
    SnapshotId snapshotId();

    /**
     * @return all nodes in the order of their paths; of arrays that have uncommitted chunks, the manifests are those of
     *     the snapshot
     */
    List<Node> nodes();

    /**
     * Finds a node. Cost: no request.
     *
     * @param path where it is
     * @return the node, or empty if there is none
     */
    Optional<Node> findNode(NodePath path);

    /**
     * Reads the metadata of an array. Cost: no request; parsed once per session.
     *
     * @param array path of the array
     * @return its metadata
     * @throws NotFoundException if there is no array at this path
     * @throws io.icestream.engine.zarr.ZarrException if the metadata is not valid or uses what is not supported
     */
    ArrayMetadata arrayMetadata(NodePath array);

    /**
     * Reads the metadata of a group. Cost: no request.
     *
     * @param group path of the group
     * @return its metadata
     * @throws NotFoundException if there is no group at this path
     * @throws io.icestream.engine.zarr.ZarrException if the metadata is not valid
     */
    GroupMetadata groupMetadata(NodePath group);

    /**
     * Looks up where a chunk is stored. Cost: one request if its manifest is not cached.
     *
     * @param array path of the array
     * @param chunk one entry per dimension, zero based, counted in chunks
     * @return the reference, or empty if the chunk was never written, was deleted, or lies outside the array
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk has another number of dimensions than the array
     */
    Optional<ChunkReference> findChunk(NodePath array, ChunkIndex chunk);

    /**
     * Reads one chunk as stored, before Zarr decoding. Cost: one request if its manifest is not cached, one request for
     * a chunk object, none for an inline chunk.
     *
     * @param array path of the array
     * @param chunk one entry per dimension, zero based, counted in chunks
     * @return the stored bytes, or empty if the chunk is absent and so reads as the fill value
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk has another number of dimensions than the array
     */
    Optional<ByteBuffer> readChunk(NodePath array, ChunkIndex chunk);

    /**
     * Reads a part of one chunk as stored. Cost: one request if its manifest is not cached, one request for the part, none
     * for an inline chunk.
     *
     * @param array path of the array
     * @param chunk one entry per dimension, zero based, counted in chunks
     * @param part which of the stored bytes
     * @return exactly these bytes, or empty if the chunk is absent
     * @throws NotFoundException if there is no array at this path
     * @throws IllegalArgumentException if the chunk has another number of dimensions than the array, or ends before the part
     */
    Optional<ByteBuffer> readChunkPart(NodePath array, ChunkIndex chunk, ByteRange part);

    /**
     * Opens many chunks, several at a time, to read parts of each. Cost: one request for each part that is read.
     *
     * @param array path of the array
     * @param chunks the chunks, each once
     * @param consumer receives each chunk, empty if absent; called from several threads at a time, in no particular order
     * @throws NotFoundException if there is no array at this path
     */
    void openChunks(NodePath array, Collection<ChunkIndex> chunks, PartsConsumer consumer);

    /**
     * Reads many chunks as stored, several at a time. Cost: one request per manifest not cached, and one per chunk object;
     * chunks that lie within 64 KiB of each other in one object are read by one request of 8 MiB at most.
     *
     * @param array path of the array
     * @param chunks the chunks, each once
     * @param consumer receives each chunk with its bytes, empty if absent; called from several threads at a time, in no
     *     particular order
     * @throws NotFoundException if there is no array at this path
     */
    void readChunks(NodePath array, Collection<ChunkIndex> chunks, ChunkConsumer consumer);

    /**
     * Reads parts of chunks as stored, of any arrays, several at a time. Cost: one request per manifest not cached, and one per
     * part that no chunk in the cache has; parts that lie within 64 KiB of each other in one object are read by one request of
     * 8 MiB at most.
     *
     * @param parts the parts; several may be of one chunk
     * @return the bytes of each, read-only, in the same order, empty where the chunk is absent
     * @throws NotFoundException if there is no array at one of the paths
     * @throws IllegalArgumentException if a chunk has another number of dimensions than its array, or ends before the part
     */
    List<Optional<ByteBuffer>> readParts(List<ChunkPart> parts);

    /**
     * Lists the chunks that are present. Cost: one request per manifest not cached, done as the stream is read.
     *
     * @param array path of the array
     * @return the chunks, each once; in order within each manifest only
     * @throws NotFoundException if there is no array at this path
     */
    Stream<ChunkIndex> chunkIndices(NodePath array);

    /**
     * Lists the chunks that are present, with where they are stored. Cost: as for {@link #chunkIndices}.
     *
     * @param array path of the array
     * @return chunk and reference, each chunk once; in order within each manifest only
     * @throws NotFoundException if there is no array at this path
     */
    Stream<Map.Entry<ChunkIndex, ChunkReference>> chunks(NodePath array);

    /**
     * Lists the objects outside the repository that chunks refer to. Cost: every manifest of the snapshot is read, as the
     * stream is.
     *
     * @return absolute URLs, each once; a relative location of a container that the configuration does not have stays as it
     *     is
     */
    Stream<String> virtualLocations();

    /**
     * A part of a chunk.
     *
     * @param array path of the array
     * @param chunk one entry per dimension, zero based, counted in chunks
     * @param extent which of the stored bytes
     */
    record ChunkPart(NodePath array, ChunkIndex chunk, Extent extent) {}

    /** Says which part of a chunk is wanted, once it is known how long the chunk is. */
    @FunctionalInterface
    interface Extent {
        /**
         * Chooses the part.
         *
         * @param sizeBytes number of stored bytes of the chunk
         * @return which of them
         */
        ByteSpan within(long sizeBytes);
    }

    /**
     * Bytes of a chunk.
     *
     * @param start first byte
     * @param end the position after the last byte
     */
    record ByteSpan(long start, long end) {}

    /** Receives chunks that can be read in parts. */
    @FunctionalInterface
    interface PartsConsumer {
        /**
         * Takes one chunk.
         *
         * @param chunk which chunk
         * @param stored its bytes as stored, or empty if it is absent; only to be used until this call returns
         */
        void accept(ChunkIndex chunk, Optional<StoredBytes> stored);
    }

    /** Receives stored chunks. */
    @FunctionalInterface
    interface ChunkConsumer {
        /**
         * Takes one chunk.
         *
         * @param chunk which chunk
         * @param stored its bytes as stored, or empty if it is absent
         */
        void accept(ChunkIndex chunk, Optional<ByteBuffer> stored);
    }
}
