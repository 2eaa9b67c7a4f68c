package io.icestream.engine.ref;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The configuration of a repository of version 1, an object of its own. Before it is replaced, the former one is copied. Thread-safe.
 *
 * <p>Source: Icechunk specification 1, and the reference implementation.
 */
public final class ConfigObject {
    private static final int MAX_TRIES = 10;

    private final Storage storage;

    /**
     * @param storage holds the repository
     */
    public ConfigObject(Storage storage) {
        this.storage = storage;
    }

    /**
     * Reads it. Cost: one request.
     *
     * @return the configuration, or empty if there is none and the defaults hold
     * @throws io.icestream.engine.format.CorruptObjectException if it is no configuration
     */
    public Optional<RepositoryConfig> find() {
        return storage.find(AssetKeys.CONFIG)
                .map(object -> RepositoryConfig.decodeYaml(Bytes.copyOf(object.bytes()), AssetKeys.CONFIG));
    }

    /**
     * Writes the first one. Cost: one request.
     *
     * @param config the configuration
     * @return true if it is there now; false if there is another one
     * @throws UpdateUnknownException if there was no answer, and reading back did not settle it
     */
    public boolean create(RepositoryConfig config) {
        ByteBuffer file = config.encodeYaml().asByteBuffer();
        PutOutcome outcome = storage.putIfAbsent(AssetKeys.CONFIG, file);
        if (outcome instanceof PutOutcome.Written) {
            return true;
        }
        Optional<ByteBuffer> present = storage.find(AssetKeys.CONFIG).map(StoredObject::bytes);
        if (present.isEmpty() && outcome instanceof PutOutcome.Unknown unknown) {
            throw ReferenceObjects.unknown("store the configuration", unknown.cause());
        }
        return present.filter(file::equals).isPresent();
    }

    /** Replaces it, or writes the first one; the last writer wins. */
    void save(RepositoryConfig config, InstantSource clock, RandomGenerator random, Backoff backoff) {
        ByteBuffer file = config.encodeYaml().asByteBuffer();
        Optional<StorageException> unanswered = Optional.empty();
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            Optional<StoredObject> present = storage.find(AssetKeys.CONFIG);
            if (unanswered.isPresent()
                    && present.filter(object -> object.bytes().equals(file)).isPresent()) {
                return;
            }
            PutOutcome outcome = present.isEmpty()
                    ? storage.putIfAbsent(AssetKeys.CONFIG, file)
                    : replace(present.get(), file, BackupName.at(AssetKeys.CONFIG, clock.instant(), random));
            if (outcome instanceof PutOutcome.Written) {
                return;
            }
            if (outcome instanceof PutOutcome.Unknown unknown) {
                unanswered = Optional.of(unanswered.orElse(unknown.cause()));
            }
            backoff.pause(tries);
        }
        if (unanswered.isPresent()) {
            throw ReferenceObjects.unknown("save the configuration", unanswered.get());
        }
        throw new UpdateAttemptsException("Cannot save the configuration of the repository at " + storage.location()
                + ": other writers were faster in " + MAX_TRIES + " attempts; try again later");
    }

    private PutOutcome replace(StoredObject present, ByteBuffer file, String backup) {
        PutOutcome copied = storage.copyIfMatches(AssetKeys.CONFIG, AssetKeys.overwritten(backup), present.version());
        return copied instanceof PutOutcome.Written
                ? storage.putIfMatches(AssetKeys.CONFIG, file, present.version())
                : new PutOutcome.Refused();
    }
}
