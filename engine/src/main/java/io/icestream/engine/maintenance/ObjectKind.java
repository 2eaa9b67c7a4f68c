package io.icestream.engine.maintenance;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.ChunkId;

/** The kinds of objects that a repository consists of, in the order in which a collector deletes them. */
public enum ObjectKind {
    /** All nodes at one commit. */
    SNAPSHOT(AssetKeys.SNAPSHOTS, "snapshots"),
    /** What a commit changed. */
    TRANSACTION_LOG(AssetKeys.TRANSACTION_LOGS, "transaction logs"),
    /** Chunk references. */
    MANIFEST(AssetKeys.MANIFESTS, "manifests"),
    /** Encoded chunks. */
    CHUNK(AssetKeys.CHUNKS, "chunks"),
    /** Former versions of the repository object. */
    BACKUP(AssetKeys.OVERWRITTEN, "former versions");

    private final String prefix;
    private final String title;

    ObjectKind(String prefix, String title) {
        this.prefix = prefix;
        this.title = title;
    }

    /**
     * @return what to call objects of this kind in messages
     */
    public String title() {
        return title;
    }

    /**
     * @return what all keys of this kind start with
     */
    public String prefix() {
        return prefix;
    }

    /** The key of an object that is named by its id; the ids of all kinds have one text form. */
    String key(long high, int low) {
        return prefix + new ChunkId(high, low);
    }
}
