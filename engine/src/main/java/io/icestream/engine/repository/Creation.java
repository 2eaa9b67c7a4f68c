package io.icestream.engine.repository;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.ref.AlreadyExistsException;
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
 * Makes a repository: first snapshot and its empty log, then the repository object if there is none. Until that last
 * write there is no repository; what a creation that was cut short left behind does not hinder the next one.
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

    void run(Instant now, RepositoryConfig config) {
        storage.objectionToCreation().ifPresent(objection -> {
            throw new IllegalArgumentException(
                    "Cannot create a repository at " + storage.location() + ": " + objection);
        });
        requireEmpty();
        int level = config.compressionLevel();
        Snapshot first = Snapshot.initial(now.truncatedTo(ChronoUnit.MICROS));
        assets.writeTransactionLog(TransactionLog.empty(first.id()), level);
        assets.writeSnapshot(first, level);
        RepositoryInfo info = RepositoryInfo.initial(first, first.flushedAt(), config.encodeUnlessDefault());
        ByteBuffer bytes = RepositoryObject.encode(info, level);
        PutOutcome outcome = object.create(bytes);
        if (outcome instanceof PutOutcome.Refused || isLost(outcome, bytes)) {
            throw new AlreadyExistsException("Cannot create a repository at " + storage.location()
                    + ": somebody else has just created one; open it");
        }
    }

    private void requireEmpty() {
        try (Stream<ObjectSummary> objects = storage.list("")) {
            objects.map(ObjectSummary::key)
                    .filter(key -> !LEFTOVERS.contains(key))
                    .findFirst()
                    .ifPresent(key -> {
                        throw new AlreadyExistsException(notEmpty(key));
                    });
        }
    }

    private String notEmpty(String key) {
        String way = key.equals(AssetKeys.REPOSITORY) || object.find().isPresent()
                ? "there is one; open it, or choose another place"
                : "it is not empty (there is " + key + "); choose another place";
        return "Cannot create a repository at " + storage.location() + ": " + way;
    }

    /** After no answer, whether it is somebody else's repository that is there now. */
    private boolean isLost(PutOutcome outcome, ByteBuffer bytes) {
        if (!(outcome instanceof PutOutcome.Unknown unknown)) {
            return false;
        }
        Optional<ByteBuffer> present = findPresent(unknown.cause());
        if (present.isEmpty()) {
            throw new UpdateUnknownException(
                    "No answer to the creation of a repository at " + storage.location()
                            + "; open it to find out, or create it again",
                    unknown.cause());
        }
        return !present.get().equals(bytes);
    }

    /** Empty also if reading fails: then nobody knows, and the first cause is what counts. */
    private Optional<ByteBuffer> findPresent(StorageException unanswered) {
        try {
            return storage.find(AssetKeys.REPOSITORY).map(stored -> stored.bytes());
        } catch (StorageException e) {
            unanswered.addSuppressed(e);
            return Optional.empty();
        }
    }
}
