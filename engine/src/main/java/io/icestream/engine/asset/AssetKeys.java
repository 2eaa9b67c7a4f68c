package io.icestream.engine.asset;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ManifestId;
import io.icestream.engine.format.SnapshotId;
import java.util.Map;
import java.util.Optional;

/** Where the objects of a repository are kept. Source: Icechunk specification 1 and 2, file layout. */
public final class AssetKeys {
    /** The repository object: refs, list of snapshots, ops log. The only object that is ever replaced; none in version 1. */
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

    /** Prefix of branches and tags of a repository of version 1. */
    public static final String REFS = "refs/";

    /** Configuration of a repository of version 1. */
    public static final String CONFIG = "config.yaml";

    private static final String BRANCH = REFS + "branch.";
    private static final String TAG = REFS + "tag.";
    private static final String REF_FILE = "/ref.json";
    private static final Map<String, String> KINDS = Map.of(
            SNAPSHOTS, "snapshot",
            MANIFESTS, "manifest",
            TRANSACTION_LOGS, "transaction-log",
            CHUNKS, "chunk",
            OVERWRITTEN, "backup");

    private AssetKeys() {}

    /**
     * Names the kind of an object, for metrics.
     *
     * @param key its key, or the beginning of one
     * @return {@code repository}, {@code snapshot}, {@code manifest}, {@code transaction-log}, {@code chunk}, {@code backup}, or
     *     {@code other}
     */
    public static String kind(String key) {
        if (key.equals(REPOSITORY)) {
            return "repository";
        }
        return KINDS.entrySet().stream()
                .filter(kind -> key.startsWith(kind.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("other");
    }

    /**
     * Tells whether an object never changes once it is written, so that copies of it stay valid. In repositories of version 1
     * snapshots are no such objects, as expiration writes them again: {@link #isImmutableInVersion1}.
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
     * Tells the same for a repository of version 1.
     *
     * @param key its key
     * @return true for manifests, transaction logs and chunks
     */
    public static boolean isImmutableInVersion1(String key) {
        return isImmutable(key) && !key.startsWith(SNAPSHOTS);
    }

    /**
     * @param name a branch of a repository of version 1
     * @return the key of the object that says where it is
     */
    public static String branch(String name) {
        return BRANCH + name + REF_FILE;
    }

    /**
     * @param name a tag of a repository of version 1
     * @return the key of the object that says where it is
     */
    public static String tag(String name) {
        return TAG + name + REF_FILE;
    }

    /**
     * @param name a tag of a repository of version 1
     * @return the key of the object that says that it was deleted
     */
    public static String tagDeletion(String name) {
        return tag(name) + ".deleted";
    }

    /**
     * @param key a key
     * @return the branch that the object is of, or empty if it is not that of a branch
     */
    public static Optional<String> branchOf(String key) {
        return between(key, BRANCH, REF_FILE);
    }

    /**
     * @param key a key
     * @return the tag that the object is of, or empty if it is not that of a tag
     */
    public static Optional<String> tagOf(String key) {
        return between(key, TAG, REF_FILE);
    }

    /**
     * @param key a key
     * @return the tag whose deletion the object says, or empty if it does not
     */
    public static Optional<String> deletedTagOf(String key) {
        return between(key, TAG, REF_FILE + ".deleted");
    }

    private static Optional<String> between(String key, String start, String end) {
        return key.startsWith(start) && key.endsWith(end) && key.length() >= start.length() + end.length()
                ? Optional.of(key.substring(start.length(), key.length() - end.length()))
                        .filter(name -> name.indexOf('/') < 0)
                : Optional.empty();
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
