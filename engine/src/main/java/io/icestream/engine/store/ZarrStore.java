package io.icestream.engine.store;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionShape;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeData;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A session as a Zarr store: values by key, as any Zarr library wants them. {@code zarr.json} below a path is the metadata of that
 * node, {@code c} and indices below the path of an array one of its chunks. As thread-safe as its session.
 *
 * <p><b>Writing</b> needs an open {@link WritableSession}; it is visible through the session at once and to others after the commit.
 * Metadata is kept byte by byte. There are no partial writes. Values under other keys cannot be stored, and there is no consolidated
 * metadata: a snapshot holds the metadata of all nodes anyway.
 *
 * <p><b>Keys.</b> One {@code /} in front is passed over, and one at the end of a prefix. Documents of Zarr format 2 ({@code .zgroup} and
 * the like) are absent and cannot be set. Any other key is an {@link IllegalArgumentException}, in every method, and so is the key of a
 * chunk below a group. Chunks have the keys of the encoding {@code default} with {@code /}, whatever the metadata of their array says.
 *
 * <p>It behaves like the store of the reference implementation (2.3.0). Where that lets through what cannot be read back, this one
 * refuses: chunks with more or fewer indices than the array has dimensions or where it has length 0, chunk keys with leading zeros or a plus sign, a node below an
 * array, paths that are not in normal form, metadata that Zarr 3 does not allow, another number of dimensions for an existing array. And where
 * that fails or answers what was not asked: a suffix of a metadata document is its last bytes, a range outside of one is an error as it is
 * for a chunk, a document of format 2 does not exist, absent values among many are empty, a key or prefix with {@code /} in front means what it
 * says, and a chunk outside a shrunk array is not listed.
 *
 * <p>Source: Zarr core specification, store interface; the store interface of zarr-python 3.
 */
public final class ZarrStore {
    private final Session session;

    private ZarrStore(Session session) {
        this.session = session;
    }

    /**
     * Looks at a session as a store. Cost: none.
     *
     * @param session what to read, and if it is a {@link WritableSession} to write
     * @return the store, which lives as long as the session
     */
    public static ZarrStore of(Session session) {
        return new ZarrStore(session);
    }

    /**
     * A value and which part of it.
     *
     * @param key the key
     * @param bytes which bytes
     */
    public record Part(String key, ByteRequest bytes) {}

    /**
     * @return true if nothing can be set: the session only reads, or is committed
     */
    public boolean isReadOnly() {
        return !(session instanceof WritableSession writable && writable.isOpen());
    }

    /**
     * Reads a value. Cost: as {@link Session#readChunk}; none for metadata.
     *
     * @param key the key
     * @return its bytes, read-only, or empty if there is no such value
     */
    public Optional<ByteBuffer> find(String key) {
        return find(key, ByteRequest.whole());
    }

    /**
     * Reads a part of a value. Cost: as {@link #find(String)}.
     *
     * @param key the key
     * @param bytes which bytes
     * @return these bytes, read-only, or empty if there is no such value
     * @throws IndexOutOfBoundsException if the value has not all of these bytes
     */
    public Optional<ByteBuffer> find(String key, ByteRequest bytes) {
        return findAll(List.of(new Part(key, bytes))).get(0);
    }

    private static ByteBuffer part(Bytes document, ByteRequest bytes) {
        return slice(document.asByteBuffer(), bytes.within(document.size()));
    }

    private static Session.ByteSpan span(ByteRequest bytes, long sizeBytes) {
        ByteRequest.Range range = bytes.within(sizeBytes);
        return new Session.ByteSpan(range.start(), range.end());
    }

    private static ByteBuffer slice(ByteBuffer bytes, ByteRequest.Range range) {
        int start = bytes.position() + Math.toIntExact(range.start());
        return bytes.slice(start, Math.toIntExact(range.end() - range.start())).asReadOnlyBuffer();
    }

    /** Empty if there is no such chunk, array or key; fails if the key is that of a chunk of a group. */
    private Optional<ChunkReference> findChunk(StoreKey key) {
        return key instanceof StoreKey.Chunk chunk && isInRank(chunk)
                ? session.findChunk(chunk.array(), chunk.index())
                : Optional.empty();
    }

    private static Node requireArray(Node node) {
        if (node.kind() != NodeKind.ARRAY) {
            throw new IllegalArgumentException("Invalid key of a chunk of " + node.path() + ": it is a group");
        }
        return node;
    }

    private static int rank(Node array) {
        return ((NodeData.Array) array.data()).shape().size();
    }

    /**
     * Reads parts of many values, several at a time. Cost: as {@link Session#readParts}; none for metadata. Parts stay in the
     * cache, if there is room.
     *
     * @param parts the values and which bytes of each; one value may be there several times
     * @return the bytes of each, in the same order, empty where there is no such value
     * @throws IndexOutOfBoundsException if a value has not all of the bytes asked for
     */
    public List<Optional<ByteBuffer>> findAll(List<Part> parts) {
        List<Optional<ByteBuffer>> found = new ArrayList<>(Collections.nCopies(parts.size(), Optional.empty()));
        List<Integer> positions = new ArrayList<>();
        List<Session.ChunkPart> chunks = new ArrayList<>();
        for (int position = 0; position < parts.size(); position++) {
            Part part = parts.get(position);
            StoreKey key = StoreKey.parse(part.key());
            if (key instanceof StoreKey.Document document) {
                found.set(position, findDocument(document, part.bytes()));
            } else if (key instanceof StoreKey.Chunk chunk && isInRank(chunk)) {
                positions.add(position);
                chunks.add(new Session.ChunkPart(chunk.array(), chunk.index(), size -> span(part.bytes(), size)));
            }
        }
        List<Optional<ByteBuffer>> read = session.readParts(chunks);
        for (int i = 0; i < read.size(); i++) {
            found.set(positions.get(i), read.get(i));
        }
        return Collections.unmodifiableList(found);
    }

    private Optional<ByteBuffer> findDocument(StoreKey.Document document, ByteRequest bytes) {
        return session.findNode(document.node()).map(node -> part(node.userData(), bytes));
    }

    /** False if there is no such array, or it has another number of dimensions; fails if the key is that of a chunk of a group. */
    private boolean isInRank(StoreKey.Chunk chunk) {
        Optional<Node> node = session.findNode(chunk.array());
        return node.isPresent()
                && rank(requireArray(node.get())) == chunk.index().rank();
    }

    /**
     * Tells whether there is a value. Cost: one request if the manifest of the chunk is not cached; none for metadata.
     *
     * @param key the key
     * @return true if {@link #find(String)} finds it
     */
    public boolean exists(String key) {
        StoreKey parsed = StoreKey.parse(key);
        return parsed instanceof StoreKey.Document document
                ? session.findNode(document.node()).isPresent()
                : findChunk(parsed).isPresent();
    }

    /**
     * Tells how large a value is. Cost: as {@link #exists}.
     *
     * @param key the key
     * @return number of bytes; 0 for a chunk of an array that is not stored
     * @throws io.icestream.engine.ref.NotFoundException if there is no such node
     */
    public long sizeBytes(String key) {
        StoreKey parsed = StoreKey.parse(key);
        if (parsed instanceof StoreKey.Document document) {
            return session.findNode(document.node())
                    .map(node -> (long) node.userData().size())
                    .orElseThrow(() -> absent(document.node()));
        }
        if (parsed instanceof StoreKey.Chunk chunk
                && session.findNode(chunk.array()).isEmpty()) {
            throw absent(chunk.array());
        }
        return findChunk(parsed).map(ChunkReference::length).orElse(0L);
    }

    /** The session has the words for what is not there. */
    private RuntimeException absent(NodePath node) {
        session.groupMetadata(node);
        return new IllegalStateException("There is a node at " + node);
    }

    /**
     * Adds up how large values are. Cost: as {@link #list(String)}.
     *
     * @param prefix path of a node
     * @return bytes of the metadata and of the chunks of this node and of all below; each chunk as often as it is referred to
     * @throws IllegalArgumentException if there is no such node
     */
    public long sizeBytesBelow(String prefix) {
        long size = 0;
        for (Node node : nodesBelow(prefix)) {
            size += node.userData().size();
            if (node.kind() == NodeKind.ARRAY) {
                try (var chunks = session.chunks(node.path())) {
                    size += chunks.mapToLong(chunk -> chunk.getValue().length()).sum();
                }
            }
        }
        return size;
    }

    /**
     * Stores a value. Cost: none for metadata; for a chunk as {@link WritableSession#setChunk}. Metadata that has the same bytes as
     * what is there is no change; a chunk is one always.
     *
     * @param key the key of a metadata document, or of a chunk that an array has
     * @param value the bytes, read from position to limit and left alone
     * @throws IllegalArgumentException if the key or the value cannot be stored: a chunk outside its array, an empty chunk
     * @throws io.icestream.engine.zarr.ZarrException if metadata is not valid
     * @throws io.icestream.engine.ref.NotFoundException if there is no such array
     * @throws io.icestream.engine.ref.AlreadyExistsException if an array is to become a group, or the reverse; delete it first
     * @throws IllegalStateException if the session cannot be written
     */
    public void set(String key, ByteBuffer value) {
        WritableSession target = writable();
        StoreKey parsed = StoreKey.parse(key);
        if (parsed instanceof StoreKey.Document document) {
            target.setDocument(document.node(), Bytes.copyOf(value));
        } else if (parsed instanceof StoreKey.Chunk chunk) {
            session.findNode(chunk.array()).ifPresent(ZarrStore::requireArray);
            target.setChunk(chunk.array(), chunk.index(), value);
        } else {
            throw new IllegalArgumentException(
                    "Cannot store '" + key + "': it is a document of Zarr format 2, and there is only format 3");
        }
    }

    /**
     * Stores a value if there is none under its key. Not atomic with regard to others: it looks at this session.
     *
     * @param key as for {@link #set}
     * @param value as for {@link #set}
     * @return true if it was stored, false if there was one
     * @throws RuntimeException as {@link #set} throws, unless there is a value
     */
    public boolean setIfAbsent(String key, ByteBuffer value) {
        if (exists(key)) {
            return false;
        }
        set(key, value);
        return true;
    }

    /**
     * Takes a value away. Without its metadata a node is gone, with everything below it; without its bytes a chunk reads as the fill
     * value. What cannot be there, such as a chunk outside its array, is passed over; a chunk that an array has and that is not stored is
     * recorded as deleted.
     *
     * @param key the key
     * @throws IllegalStateException if the session cannot be written, and there is something to delete
     */
    public void delete(String key) {
        StoreKey parsed = StoreKey.parse(key);
        if (parsed instanceof StoreKey.Document document) {
            if (session.findNode(document.node()).isPresent()) {
                writable().delete(document.node());
            }
        } else if (parsed instanceof StoreKey.Chunk chunk && isInside(chunk)) {
            writable().deleteChunk(chunk.array(), chunk.index());
        }
    }

    private boolean isInside(StoreKey.Chunk chunk) {
        return session.findNode(chunk.array())
                .filter(node -> node.data() instanceof NodeData.Array array
                        && chunk.index().rank() == array.shape().size()
                        && isInside(chunk.index(), array.shape()))
                .isPresent();
    }

    private static boolean isInside(ChunkIndex index, List<DimensionShape> shape) {
        for (int axis = 0; axis < shape.size(); axis++) {
            if (index.at(axis) >= shape.get(axis).chunkCount()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes away everything in a directory: a node with all below it, or the chunks whose indices begin so. A directory with nothing in
     * it is fine. Cost: for chunks, a listing of the array's.
     *
     * @param prefix a path, or the beginning of chunk keys, such as {@code g/a/c/0}
     * @throws IllegalStateException if the session cannot be written
     */
    public void deleteDirectory(String prefix) {
        WritableSession target = writable();
        String directory = StoreKey.directory(prefix);
        NodePath path = StoreKey.path(directory);
        if (session.findNode(path).isPresent()) {
            target.delete(path);
            return;
        }
        findChunkDirectory(directory).ifPresent(beginning -> {
            List<ChunkIndex> chunks;
            try (Stream<ChunkIndex> found = chunksBelow(beginning)) {
                chunks = found.toList();
            }
            chunks.forEach(chunk -> target.deleteChunk(beginning.array(), chunk));
        });
    }

    /**
     * Deletes all nodes.
     *
     * @throws IllegalStateException if the session cannot be written, and there is something to delete
     */
    public void clear() {
        for (Node node : session.nodes()) {
            if (session.findNode(node.path()).isPresent()) {
                writable().delete(node.path());
            }
        }
    }

    /**
     * Lists all keys. Cost: one request per manifest not cached, done as the stream is read, which must be closed.
     *
     * @return the keys, in no particular order
     */
    public Stream<String> list() {
        return list("");
    }

    /**
     * Lists the keys of a node and of everything below it. Cost: as {@link #list()}.
     *
     * @param prefix path of a node; empty for everything, be there a root group or not
     * @return the keys, in no particular order
     * @throws IllegalArgumentException if there is no such node
     */
    public Stream<String> list(String prefix) {
        return nodesBelow(prefix).stream().flatMap(this::keys);
    }

    private List<Node> nodesBelow(String prefix) {
        NodePath path = StoreKey.path(StoreKey.directory(prefix));
        if (path.isRoot()) {
            return session.nodes();
        }
        if (session.findNode(path).isEmpty()) {
            throw new IllegalArgumentException(
                    "Invalid prefix '" + prefix + "': there is no group or array at " + path + " to list");
        }
        return session.nodes().stream()
                .filter(node -> node.path().equals(path) || path.isAncestorOf(node.path()))
                .toList();
    }

    private Stream<String> keys(Node node) {
        Stream<String> document = Stream.of(StoreKey.below(node.path(), StoreKey.DOCUMENT));
        if (node.kind() == NodeKind.GROUP) {
            return document;
        }
        String chunks = StoreKey.below(node.path(), StoreKey.CHUNKS);
        return Stream.concat(
                document,
                session.chunkIndices(node.path()).map(chunk -> chunk.rank() == 0 ? chunks : chunks + "/" + chunk));
    }

    /**
     * Lists what is directly in a directory: of a group its metadata and the names of its children, of an array its metadata and
     * {@code c}, be there chunks or not, and further down the next entries of the indices of chunks. Cost: none for nodes; for chunks a listing of
     * the array's.
     *
     * @param prefix a path, or the beginning of chunk keys
     * @return names, each once, in no particular order; none if there is nothing
     */
    public Stream<String> listDirectory(String prefix) {
        String directory = StoreKey.directory(prefix);
        NodePath path = StoreKey.path(directory);
        Optional<Node> node = session.findNode(path);
        if (node.isPresent()) {
            return Stream.concat(Stream.of(StoreKey.DOCUMENT), children(node.get()));
        }
        return findChunkDirectory(directory)
                .map(beginning -> {
                    int axis = beginning.index().rank();
                    return chunksBelow(beginning)
                            .filter(chunk -> chunk.rank() > axis)
                            .map(chunk -> Long.toString(chunk.at(axis)))
                            .distinct();
                })
                .orElseGet(Stream::empty);
    }

    private Stream<String> children(Node node) {
        if (node.kind() == NodeKind.ARRAY) {
            return Stream.of(StoreKey.CHUNKS);
        }
        return session.nodes().stream()
                .filter(child -> child.path().parent().equals(Optional.of(node.path())))
                .map(child -> child.path().name());
    }

    /** Empty if these are not the beginnings of chunk keys of an array. */
    private Optional<StoreKey.Chunk> findChunkDirectory(String directory) {
        return StoreKey.findChunk(directory)
                .filter(beginning -> session.findNode(beginning.array())
                        .filter(node -> node.kind() == NodeKind.ARRAY)
                        .isPresent());
    }

    private Stream<ChunkIndex> chunksBelow(StoreKey.Chunk beginning) {
        long[] start = beginning.index().toArray();
        return session.chunkIndices(beginning.array())
                .filter(chunk -> chunk.rank() >= start.length
                        && LongStream.range(0, start.length)
                                .allMatch(axis -> chunk.at((int) axis) == start[(int) axis]));
    }

    /**
     * Tells whether a directory has nothing in it. Cost: as {@link #listDirectory}.
     *
     * @param prefix as for {@link #listDirectory}
     * @return true if that lists nothing
     */
    public boolean isEmpty(String prefix) {
        try (Stream<String> names = listDirectory(prefix)) {
            return names.findAny().isEmpty();
        }
    }

    private WritableSession writable() {
        if (session instanceof WritableSession writable) {
            return writable;
        }
        throw new IllegalStateException("Cannot write to a store: " + session + " only reads; use a writable session");
    }

    /** For messages. */
    @Override
    public String toString() {
        return "ZarrStore of " + session;
    }
}
