package io.icestream.engine.asset;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.EncodedManifest;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.Manifest;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the objects of a repository that never change: snapshots, manifests, transaction logs, chunks.
 * Thread-safe.
 *
 * <p>What has been read or written is cached, metadata and chunks each within a bound of their own, so that reading
 * much data does not push out the
 * manifests that say where it is. What is written is durable when the call returns.
 *
 * <p>Besides what the methods name, each of them throws {@link StorageException} if the storage fails, and those that
 * read throw
 * {@link CorruptObjectException} or {@link io.icestream.engine.format.UnsupportedFormatException} if the object is not
 * what it should be.
 */
public final class AssetStore {
    private final Storage storage;
    private final RandomGenerator random;
    private final SpecVersion version;
    private final AssetCache metadata;
    private final AssetCache chunks;

    /**
     * @param storage where the objects are; not closed by this class
     * @param cacheSizes how much to cache
     * @param random source of the ids of chunk objects; thread-safe
     */
    public AssetStore(Storage storage, AssetCacheSizes cacheSizes, RandomGenerator random) {
        this(storage, cacheSizes, random, SpecVersion.DEFAULT);
    }

    /**
     * @param storage where the objects are; not closed by this class
     * @param cacheSizes how much to cache
     * @param random source of the ids of chunk objects; thread-safe
     * @param version version of the files that are written; those of every version are read
     */
    public AssetStore(Storage storage, AssetCacheSizes cacheSizes, RandomGenerator random, SpecVersion version) {
        this.storage = storage;
        this.random = random;
        this.version = version;
        this.metadata = new AssetCache(cacheSizes.metadataBytes());
        this.chunks = new AssetCache(cacheSizes.chunkBytes());
    }

    /**
     * @return version of the files that are written
     */
    public SpecVersion version() {
        return version;
    }

    /**
     * Reads a snapshot again, whether it is cached or not: in a repository of version 1, expiration replaces snapshots by others
     * of the same id that have another parent. Cost: one request.
     *
     * @param id the snapshot
     * @return the snapshot
     * @throws ObjectNotFoundException if there is no such object
     */
    public Snapshot refetchSnapshot(SnapshotId id) {
        String key = AssetKeys.snapshot(id);
        Snapshot snapshot = decodeSnapshot(id, key);
        metadata.add(key, snapshot, AssetWeights.sizeBytes(snapshot));
        return snapshot;
    }

    private Snapshot decodeSnapshot(SnapshotId id, String key) {
        Snapshot snapshot = IcechunkFile.decodeSnapshot(fetch(key, "the repository, or a caller, names it"), key);
        requireId(key, id, snapshot.id());
        return snapshot;
    }

    /**
     * Reads a snapshot. Cost: one request unless cached.
     *
     * @param id the snapshot
     * @return the snapshot
     * @throws ObjectNotFoundException if there is no such object
     */
    public Snapshot fetchSnapshot(SnapshotId id) {
        String key = AssetKeys.snapshot(id);
        return metadata.find(key, Snapshot.class, AssetWeights::sizeBytes, () -> decodeSnapshot(id, key));
    }

    /**
     * Reads a manifest: exactly as many bytes as the snapshot says that it has. Cost: one request unless cached.
     *
     * @param file the manifest's entry in the list of a snapshot
     * @return the manifest
     * @throws ObjectNotFoundException if there is no such object
     * @throws StorageException if the object is shorter than the snapshot says
     */
    public Manifest fetchManifest(ManifestFile file) {
        String key = AssetKeys.manifest(file.id());
        return metadata.find(key, Manifest.class, Manifest::sizeBytes, () -> {
            String referrer = "a snapshot lists it with " + file.sizeBytes() + " bytes";
            Manifest manifest = IcechunkFile.decodeManifest(fetchRange(key, 0, file.sizeBytes(), referrer), key);
            requireId(key, file.id(), manifest.id());
            return manifest;
        });
    }

    /**
     * Reads what a commit changed. Cost: one request unless cached.
     *
     * @param id the snapshot that the commit made
     * @return the log
     * @throws ObjectNotFoundException if there is no such object; the initial snapshot of a repository may have none
     */
    public TransactionLog fetchTransactionLog(SnapshotId id) {
        String key = AssetKeys.transactionLog(id);
        return metadata.find(key, TransactionLog.class, AssetWeights::sizeBytes, () -> {
            TransactionLog log =
                    IcechunkFile.decodeTransactionLog(fetch(key, "it belongs to the snapshot of that id"), key);
            requireId(key, id, log.id());
            return log;
        });
    }

    /**
     * Reads one chunk as stored, before Zarr decoding. Cost: none for an inline reference, else one request unless
     * cached.
     *
     * @param reference where the chunk is
     * @return the stored bytes, read-only
     * @throws ObjectNotFoundException if the chunk object is missing
     * @throws StorageException if the object is shorter than the reference says, or the reference is a virtual one:
     *     what lies outside the repository is not read
     */
    public ByteBuffer fetchChunk(ChunkReference reference) {
        if (reference instanceof ChunkReference.Inline inline) {
            return inline.bytes().asByteBuffer();
        }
        if (reference instanceof ChunkReference.Native stored) {
            return chunks.find(stored, ByteBuffer.class, ByteBuffer::limit, () -> fetchStored(stored))
                    .duplicate();
        }
        throw outside(reference);
    }

    private static StorageException outside(ChunkReference reference) {
        return new StorageException(
                "Cannot read " + reference + ": it lies outside the repository; read it through a session",
                Retry.CANNOT_HELP);
    }

    /**
     * Reads a part of one chunk as stored. Cost: none for an inline reference, else one request, for no more than the
     * part, unless it or the whole chunk is cached.
     *
     * @param reference where the chunk is
     * @param part which bytes of it
     * @return exactly these bytes, read-only
     * @throws IllegalArgumentException if the chunk ends before the part does
     * @throws ObjectNotFoundException if the chunk object is missing
     * @throws StorageException as for {@link #fetchChunk}
     */
    public ByteBuffer fetchChunkPart(ChunkReference reference, ByteRange part) {
        if (part.end() > reference.length()) {
            throw new IllegalArgumentException(
                    "Invalid part: " + part + " of a chunk of " + reference.length() + " bytes");
        }
        return findKnownPart(reference, part).orElseGet(() -> fetchChunk(reference.part(part.offset(), part.length())));
    }

    /**
     * Looks for a part of one chunk where no request is needed. Cost: none.
     *
     * @param reference where the chunk is
     * @param part which bytes of it, all there
     * @return these bytes, read-only, if the chunk is inline or cached as a whole, or no bytes are wanted
     */
    public Optional<ByteBuffer> findKnownPart(ChunkReference reference, ByteRange part) {
        if (part.length() == 0) {
            return Optional.of(ByteBuffer.allocate(0).asReadOnlyBuffer());
        }
        Optional<ByteBuffer> whole = reference instanceof ChunkReference.Inline
                ? Optional.of(fetchChunk(reference))
                : chunks.findCached(reference, ByteBuffer.class);
        return whole.map(bytes -> bytes.slice((int) part.offset(), (int) part.length()));
    }

    /**
     * Reads chunks that lie near to each other in one object, as {@link ReadPlan} groups them. Cost: one request for all
     * that are not cached, gaps between them included.
     *
     * @param run the chunks in the order of their offsets, not empty
     * @return the stored bytes of each, read-only
     * @throws ObjectNotFoundException if the object is missing
     * @throws StorageException as for {@link #fetchChunk}
     */
    public List<ByteBuffer> fetchTogether(List<ChunkReference> run) {
        if (run.size() == 1) {
            return List.of(fetchChunk(run.get(0)));
        }
        Map<ChunkReference, ByteBuffer> known = new HashMap<>();
        run.forEach(reference -> chunks.findCached(reference, ByteBuffer.class)
                .ifPresent(bytes -> known.put(reference, bytes.duplicate())));
        List<ChunkReference> missing =
                run.stream().filter(reference -> !known.containsKey(reference)).toList();
        if (!missing.isEmpty()) {
            fetchSpan(missing, known);
        }
        return run.stream().map(known::get).toList();
    }

    private static ChunkReference.Native span(ChunkReference first, long length) {
        if (first instanceof ChunkReference.Native stored) {
            return new ChunkReference.Native(stored.id(), stored.offset(), length);
        }
        throw outside(first);
    }

    /** Each chunk gets bytes of its own, so that one that stays in the cache does not keep its neighbours in memory. */
    private void fetchSpan(List<ChunkReference> missing, Map<ChunkReference, ByteBuffer> known) {
        ChunkReference first = missing.get(0);
        long start = ReadPlan.offset(first);
        long end = missing.stream().mapToLong(ReadPlan::end).max().orElse(start);
        ByteBuffer bytes = fetchStored(span(first, end - start));
        for (ChunkReference reference : missing) {
            ByteBuffer own = ByteBuffer.allocate((int) reference.length())
                    .put(bytes.slice((int) (ReadPlan.offset(reference) - start), (int) reference.length()))
                    .flip()
                    .asReadOnlyBuffer();
            chunks.add(reference, own, own.limit());
            known.put(reference, own.duplicate());
        }
    }

    /**
     * Writes a snapshot. Cost: one request.
     *
     * @param snapshot the snapshot; its parent is written in version 1 only
     * @param compressionLevel zstd level
     */
    public void writeSnapshot(Snapshot snapshot, int compressionLevel) {
        String key = AssetKeys.snapshot(snapshot.id());
        storage.put(key, IcechunkFile.encodeSnapshot(snapshot, version, compressionLevel));
        Snapshot asRead = version == SpecVersion.V1 ? snapshot : snapshot.withParent(Optional.empty());
        metadata.add(key, asRead, AssetWeights.sizeBytes(snapshot));
    }

    /**
     * Writes a manifest, and keeps it, since the next commit reads what this one wrote. Cost: one request.
     *
     * @param manifest the encoded manifest
     */
    public void writeManifest(EncodedManifest manifest) {
        String key = AssetKeys.manifest(manifest.file().id());
        storage.put(key, manifest.bytes());
        manifest.content().ifPresent(content -> metadata.add(key, content, content.sizeBytes()));
    }

    /**
     * Writes a transaction log. Cost: one request.
     *
     * @param log the log
     * @param compressionLevel zstd level
     */
    public void writeTransactionLog(TransactionLog log, int compressionLevel) {
        String key = AssetKeys.transactionLog(log.id());
        storage.put(key, IcechunkFile.encodeTransactionLog(log, version, compressionLevel));
        metadata.add(key, log, AssetWeights.sizeBytes(log));
    }

    /**
     * Writes a chunk object. Cost: one request. Nothing refers to the object yet: until a commit does, it is garbage.
     *
     * @param encoded the chunk after Zarr encoding, not empty; read from position to limit and left alone
     * @return the reference to it
     * @throws IllegalArgumentException if there are no bytes: the format has no empty chunks
     */
    public ChunkReference.Native writeChunk(ByteBuffer encoded) {
        if (!encoded.hasRemaining()) {
            throw new IllegalArgumentException("Invalid chunk of 0 bytes: delete the chunk instead of writing nothing");
        }
        ChunkId id = ChunkId.random(random);
        storage.put(AssetKeys.chunk(id), encoded);
        return new ChunkReference.Native(id, 0, encoded.remaining());
    }

    private ByteBuffer fetchStored(ChunkReference.Native reference) {
        return fetchRange(
                AssetKeys.chunk(reference.id()), reference.offset(), reference.length(), "a manifest refers to it");
    }

    private ByteBuffer fetch(String key, String referrer) {
        return storage.find(key).orElseThrow(() -> missing(key, referrer, null)).bytes();
    }

    private ByteBuffer fetchRange(String key, long offset, long length, String referrer) {
        try {
            return storage.fetchRange(key, offset, length);
        } catch (ObjectNotFoundException e) {
            throw missing(key, referrer, e);
        }
    }

    private ObjectNotFoundException missing(String key, String referrer, @Nullable Throwable cause) {
        return new ObjectNotFoundException(
                key,
                "Cannot read '" + key + "' in " + storage.location() + ": there is no such object, though " + referrer
                        + "; restore it from a backup, or reset the branch to a snapshot that does not need it",
                cause);
    }

    private static void requireId(String key, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new CorruptObjectException(key, 0, "an object with the id " + expected, "the id " + found);
        }
    }
}
