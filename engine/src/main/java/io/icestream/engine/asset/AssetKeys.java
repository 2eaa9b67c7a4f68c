package io.icestream.engine.asset;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.SnapshotId;

/** Where the objects of a repository are kept. Source: Icechunk specification 2, file layout. */
public final class AssetKeys {
    /** The repository object: refs, list of snapshots, ops log. The only object that is ever replaced. */
    public static final String REPOSITORY = "repo";

    /** Prefix of snapshots. */
    public static final String SNAPSHOTS = "snapshots/";

    /** Prefix of manifests. */
    public static final String MANIFESTS = "manifests/";

    /** Prefix of transaction logs. */
    public static final String TRANSACTION_LOGS = "transactions/";

    /** Prefix of chunk objects. */
    public static final String CHUNKS = "chunks/";

    /** Prefix of former versions of the repository object. */
    public static final String OVERWRITTEN = "overwritten/";

    private AssetKeys() {}

    /**
     * Tells whether an object never changes once it is written, so that copies of it stay valid.
     *
     * @param key its key
     * @return true for snapshots, manifests, transaction logs and chunks
     */
    public static boolean isImmutable(String key) {
        return key.startsWith(CHUNKS)
                || key.startsWith(MANIFESTS)
                || key.startsWith(SNAPSHOTS)
                || key.startsWith(TRANSACTION_LOGS);
    }

    /**
     * @param id a snapshot
     * @return its key
     */
    public static String snapshot(SnapshotId id) {
        return SNAPSHOTS + id;
    }

    /**
     * @param id a manifest
     * @return its key
     */
    public static String manifest(ManifestId id) {
        return MANIFESTS + id;
    }

    /**
     * @param id the snapshot whose commit the log describes
     * @return the key of the log
     */
    public static String transactionLog(SnapshotId id) {
        return TRANSACTION_LOGS + id;
    }

    /**
     * @param id a chunk object
     * @return its key
     */
    public static String chunk(ChunkId id) {
        return CHUNKS + id;
    }

    /**
     * @param name file name of a backup, as the ops log gives it
     * @return its key
     */
    public static String overwritten(String name) {
        return OVERWRITTEN + name;
    }
}
