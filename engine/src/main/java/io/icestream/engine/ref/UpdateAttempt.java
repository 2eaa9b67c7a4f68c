package io.icestream.engine.ref;

import io.icestream.engine.asset.PendingWrites;
import io.icestream.engine.format.EncodedRepository;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Update;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One attempt to replace the repository object: copy it under a new name while what the new value refers to is stored, then
 * replace it, both on condition that it is the version read.
 *
 * <p><b>No answer.</b> The copy's name is random and stands in the new value, so it tells whether that value is, or
 * was, the repository: if it is found by reading back, the write took effect. If the object still is in the version
 * read, the same bytes are written again on the same condition, which cannot take effect twice. If it is in another
 * version whose log reaches back far enough and does not have the name, the write did not take effect and never will.
 * Otherwise the outcome stays unknown.
 */
final class UpdateAttempt {
    private static final int MAX_TRIES = 5;

    private final RepositoryObject object;
    private final Backoff backoff;
    private final RepositoryObject.Version current;
    private final EncodedRepository next;
    private final String backup;
    private final PendingWrites objects;

    UpdateAttempt(
            RepositoryObject object,
            Backoff backoff,
            RepositoryObject.Version current,
            EncodedRepository next,
            String backup,
            PendingWrites objects) {
        this.object = object;
        this.backoff = backoff;
        this.current = current;
        this.next = next;
        this.backup = backup;
        this.objects = objects;
    }

    /** How it ended. */
    sealed interface Result {
        /** The new value is, or was, the repository. */
        record Landed() implements Result {}

        /** Somebody else was faster; the new value never was the repository and never will be. */
        record Lost() implements Result {}

        /** It cannot be told. */
        record Unknown(StorageException cause) implements Result {}
    }

    /**
     * Makes the attempt.
     *
     * @throws StorageException if the storage does not work; nothing was changed
     */
    Result run() {
        return objects.storeBeside(this::backUp) ? replace() : new Result.Lost();
    }

    /**
     * False if somebody else was faster. A copy without an answer is made again: at worst there are two under one name,
     * with the same content.
     */
    private boolean backUp() {
        PutOutcome outcome = object.backUp(backup, current.version());
        for (int tries = 1; outcome instanceof PutOutcome.Unknown unknown; tries++) {
            if (tries == MAX_TRIES) {
                throw unknown.cause();
            }
            backoff.pause(tries);
            outcome = object.backUp(backup, current.version());
        }
        return outcome instanceof PutOutcome.Written;
    }

    private Result replace() {
        Optional<StorageException> firstCause = Optional.empty();
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            PutOutcome outcome = write(firstCause);
            if (outcome instanceof PutOutcome.Written written) {
                object.wrote(next.info(), written.version());
                return new Result.Landed();
            }
            if (outcome instanceof PutOutcome.Refused && firstCause.isEmpty()) {
                return new Result.Lost();
            }
            StorageException cause = outcome instanceof PutOutcome.Unknown unknown
                    ? firstCause.orElse(unknown.cause())
                    : firstCause.orElseThrow();
            firstCause = Optional.of(cause);
            Optional<Result> settled = readBack(cause);
            if (settled.isPresent()) {
                return settled.get();
            }
            backoff.pause(tries);
        }
        return new Result.Unknown(firstCause.orElseThrow());
    }

    /** A failure says that this try wrote nothing; of a former one without an answer it says nothing. */
    private PutOutcome write(Optional<StorageException> firstCause) {
        try {
            return object.replace(next.bytes(), current.version());
        } catch (StorageException e) {
            StorageException unanswered = firstCause.orElseThrow(() -> e);
            unanswered.addSuppressed(e);
            return new PutOutcome.Unknown(unanswered);
        }
    }

    /** What the repository says about the write; empty if it says nothing yet and writing again can settle it. */
    private Optional<Result> readBack(StorageException cause) {
        Optional<RepositoryObject.Version> found;
        try {
            found = object.find();
        } catch (StorageException e) {
            cause.addSuppressed(e);
            return Optional.empty();
        }
        if (found.isEmpty()) {
            return Optional.of(new Result.Unknown(cause));
        }
        if (found.get().version().equals(current.version())) {
            return Optional.empty();
        }
        return Optional.of(judge(found.get().info(), cause));
    }

    private Result judge(RepositoryInfo found, StorageException cause) {
        Optional<String> ours = Optional.of(backup);
        List<Update> updates = found.latestUpdates();
        if (found.repoBeforeUpdates().equals(ours)
                || updates.stream().anyMatch(update -> update.backupPath().equals(ours))) {
            return new Result.Landed();
        }
        Instant replaced = newest(current.info());
        boolean reachesBack =
                updates.stream().anyMatch(update -> !update.updatedAt().isAfter(replaced));
        return reachesBack ? new Result.Lost() : new Result.Unknown(cause);
    }

    private static Instant newest(RepositoryInfo info) {
        return info.latestUpdates().stream().map(Update::updatedAt).findFirst().orElse(Instant.EPOCH);
    }
}
