package io.icestream.engine.repository;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.ConfigObject;
import io.icestream.engine.ref.ReferenceFiles;
import io.icestream.engine.ref.RepositoryObject;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Makes a repository: first snapshot and its empty log, then the repository object if there is none; in version 1 the
 * configuration and the first snapshot, then the branch {@code main} if there is none. Until that last write there is no
 * repository; what a creation that was cut short left behind does not hinder the next one.
 */
final class Creation {
    private static final Set<String> LEFTOVERS =
            Set.of(AssetKeys.snapshot(SnapshotId.INITIAL), AssetKeys.transactionLog(SnapshotId.INITIAL));

    private final Storage storage;
    private final AssetStore assets;
    private final RepositoryObject object;

    Creation(Storage storage, AssetStore assets, RepositoryObject object) {
        this.storage = storage;
        this.assets = assets;
        this.object = object;
    }

    /** What is written last, and decides. */
    private record Root(String key, ByteBuffer bytes) {}

    void run(Instant now, RepositoryConfig config) {
        storage.objectionToCreation().ifPresent(objection -> {
            throw new IllegalArgumentException(
                    "Cannot create a repository at " + storage.location() + ": " + objection);
        });
        requireEmpty();
        Snapshot first = Snapshot.initial(now.truncatedTo(ChronoUnit.MICROS));
        Root root = assets.version() == SpecVersion.V1 ? prepareVersion1(first, config) : prepare(first, config);
        PutOutcome outcome = storage.putIfAbsent(root.key(), root.bytes());
        if (outcome instanceof PutOutcome.Refused || isLost(outcome, root)) {
            throw new AlreadyExistsException("Cannot create a repository at " + storage.location()
                    + ": somebody else has just created one; open it");
        }
    }

    private Root prepare(Snapshot first, RepositoryConfig config) {
        int level = config.compressionLevel();
        assets.writeTransactionLog(TransactionLog.empty(first.id()), level);
        assets.writeSnapshot(first, level);
        RepositoryInfo info = RepositoryInfo.initial(first, first.flushedAt(), config.encodeUnlessDefault());
        return new Root(AssetKeys.REPOSITORY, RepositoryObject.encode(info, level));
    }

    private Root prepareVersion1(Snapshot first, RepositoryConfig config) {
        boolean isOther = config.isDefault()
                ? storage.stat(AssetKeys.CONFIG).isPresent()
                : !new ConfigObject(storage).create(config);
        if (isOther) {
            throw new AlreadyExistsException("Cannot create a repository at " + storage.location() + ": there is "
                    + AssetKeys.CONFIG + " with another configuration; delete it, or choose another place");
        }
        assets.writeSnapshot(first, config.compressionLevel());
        return new Root(AssetKeys.branch(RepositoryInfo.MAIN), ReferenceFiles.encode(first.id()));
    }

    private boolean isLeftover(String key) {
        return LEFTOVERS.contains(key) || (assets.version() == SpecVersion.V1 && key.equals(AssetKeys.CONFIG));
    }

    private void requireEmpty() {
        try (Stream<ObjectSummary> objects = storage.list("")) {
            objects.map(ObjectSummary::key)
                    .filter(key -> !isLeftover(key))
                    .findFirst()
                    .ifPresent(key -> {
                        throw new AlreadyExistsException(notEmpty(key));
                    });
        }
    }

    private String notEmpty(String key) {
        boolean isRepository = key.equals(AssetKeys.REPOSITORY)
                || object.find().isPresent()
                || storage.stat(AssetKeys.branch(RepositoryInfo.MAIN)).isPresent();
        String way = isRepository
                ? "there is one; open it, or choose another place"
                : "it is not empty (there is " + key + "); choose another place";
        return "Cannot create a repository at " + storage.location() + ": " + way;
    }

    /**
     * After no answer, whether it is somebody else's repository that is there now. In version 1 all first snapshots have one id,
     * and so all branches on them one content: then it does not matter whose it is.
     */
    private boolean isLost(PutOutcome outcome, Root root) {
        if (!(outcome instanceof PutOutcome.Unknown unknown)) {
            return false;
        }
        Optional<ByteBuffer> present = findPresent(root.key(), unknown.cause());
        if (present.isEmpty()) {
            throw new UpdateUnknownException(
                    "No answer to the creation of a repository at " + storage.location()
                            + "; open it to find out, or create it again",
                    unknown.cause());
        }
        return !present.get().equals(root.bytes());
    }

    /** Empty also if reading fails: then nobody knows, and the first cause is what counts. */
    private Optional<ByteBuffer> findPresent(String key, StorageException unanswered) {
        try {
            return storage.find(key).map(stored -> stored.bytes());
        } catch (StorageException e) {
            unanswered.addSuppressed(e);
            return Optional.empty();
        }
    }
}
