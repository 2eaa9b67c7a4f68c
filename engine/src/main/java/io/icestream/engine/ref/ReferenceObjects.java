package io.icestream.engine.ref;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Conditional writes of the small objects that version 1 has for branches and tags: {@code {"snapshot":"ID"}}. Thread-safe.
 *
 * <p><b>No answer.</b> The object is read back. If it says what was to be written, that is the outcome, whoever wrote it. If it is
 * still in the version that was to be replaced, or still absent, the same write is made again on the same condition, which cannot
 * take effect twice. If it says something else, it cannot be told here whether it said ours in between: that is for the caller to
 * find out, from the history of what it says now.
 *
 * <p>Source: Icechunk specification 1, branches and tags.
 */
final class ReferenceObjects {
    private static final int MAX_TRIES = 5;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SNAPSHOT = "snapshot";

    private final Storage storage;
    private final Backoff backoff;

    ReferenceObjects(Storage storage, Backoff backoff) {
        this.storage = storage;
        this.backoff = backoff;
    }

    /**
     * What an object says, in one version.
     *
     * @param snapshot where the branch or tag points
     * @param version the version
     */
    record Content(SnapshotId snapshot, ObjectVersion version) {}

    /** How a write ended. */
    sealed interface Result {
        /** The object says, or said, what was to be written. */
        record Landed() implements Result {}

        /** It was in another version; nothing was written and nothing will be. */
        record Lost() implements Result {}

        /** No answer, and by now the object says something else, or is gone. */
        record Unknown(StorageException cause) implements Result {}
    }

    Optional<Content> find(String key) {
        return storage.find(key).map(object -> content(key, object));
    }

    private static Content content(String key, StoredObject object) {
        String text = StandardCharsets.UTF_8.decode(object.bytes()).toString();
        try {
            JsonNode snapshot = JSON.readTree(text).path(SNAPSHOT);
            return new Content(SnapshotId.parse(snapshot.asText()), object.version());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            CorruptObjectException corrupt = new CorruptObjectException(
                    key,
                    0,
                    "{\"" + SNAPSHOT + "\": the id of a snapshot}",
                    text.substring(0, Math.min(100, text.length())));
            corrupt.addSuppressed(e);
            throw corrupt;
        }
    }

    static ByteBuffer encode(SnapshotId snapshot) {
        return StandardCharsets.UTF_8.encode("{\"" + SNAPSHOT + "\":\"" + snapshot + "\"}");
    }

    /** Creates an object; lost if there is one that says something else. */
    Result create(String key, SnapshotId snapshot) {
        ByteBuffer file = encode(snapshot);
        return write(() -> storage.putIfAbsent(key, file), found -> found.isEmpty(), key, snapshot);
    }

    /** Replaces an object that was read. */
    Result replace(String key, Content current, SnapshotId next) {
        ByteBuffer file = encode(next);
        return write(
                () -> storage.putIfMatches(key, file, current.version()),
                found -> found.filter(content -> content.version().equals(current.version()))
                        .isPresent(),
                key,
                next);
    }

    private interface Write {
        PutOutcome run();
    }

    private Result write(Write write, Predicate<Optional<Content>> untouched, String key, SnapshotId wanted) {
        Optional<StorageException> cause = Optional.empty();
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            PutOutcome outcome = write.run();
            if (outcome instanceof PutOutcome.Written) {
                return new Result.Landed();
            }
            if (outcome instanceof PutOutcome.Refused && cause.isEmpty()) {
                return new Result.Lost();
            }
            if (cause.isEmpty()) {
                cause = Optional.of(((PutOutcome.Unknown) outcome).cause());
            }
            Optional<Result> settled = readBack(key, wanted, untouched, cause.get());
            if (settled.isPresent()) {
                return settled.get();
            }
            backoff.pause(tries);
        }
        return new Result.Unknown(cause.orElseThrow());
    }

    /** What the object says about the write; empty if it says nothing yet and writing again can settle it. */
    private Optional<Result> readBack(
            String key, SnapshotId wanted, Predicate<Optional<Content>> untouched, StorageException cause) {
        Optional<Content> found;
        try {
            found = find(key);
        } catch (StorageException e) {
            cause.addSuppressed(e);
            return Optional.empty();
        }
        if (found.filter(content -> content.snapshot().equals(wanted)).isPresent()) {
            return Optional.of(new Result.Landed());
        }
        return untouched.test(found) ? Optional.empty() : Optional.of(new Result.Unknown(cause));
    }

    /** Makes sure that there is an object without content; that somebody else made it is fine. */
    void mark(String key, String what) {
        Optional<StorageException> cause = Optional.empty();
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            if (!(storage.putIfAbsent(key, ByteBuffer.allocate(0)) instanceof PutOutcome.Unknown unknown)) {
                return;
            }
            cause = Optional.of(cause.orElse(unknown.cause()));
            backoff.pause(tries);
        }
        throw unknown(what, cause.orElseThrow());
    }

    /** Deletes an object. */
    void delete(String key, String what) {
        try {
            storage.delete(List.of(key));
        } catch (StorageException e) {
            if (isThere(key, what, e)) {
                throw e;
            }
        }
    }

    private boolean isThere(String key, String what, StorageException cause) {
        try {
            return storage.stat(key).isPresent();
        } catch (StorageException e) {
            cause.addSuppressed(e);
            throw unknown(what, cause);
        }
    }

    static UpdateUnknownException unknown(String what, StorageException cause) {
        return new UpdateUnknownException(
                "No answer to the attempt to " + what
                        + ", and reading back did not settle it; look at the repository before trying again",
                cause);
    }
}
