package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Reads objects. What is larger than a part is read in ranges at the same time, all of one version: if the object is
 * replaced meanwhile, reading starts over, a bounded number of times.
 */
final class Downloads {
    private static final int MAX_RESTARTS = 10;

    private final CloudProtocol protocol;
    private final Attempts attempts;
    private final CloudErrors errors;
    private final Parts parts;
    private final int partBytes;

    Downloads(CloudProtocol protocol, Attempts attempts, CloudErrors errors, Parts parts, Transfers transfers) {
        this.protocol = protocol;
        this.attempts = attempts;
        this.errors = errors;
        this.parts = parts;
        this.partBytes = transfers.downloadPartBytes();
    }

    ConditionalRead find(String key, Optional<ObjectVersion> known) {
        String action = "read '" + key + "'";
        for (int restart = 0; restart < MAX_RESTARTS; restart++) {
            Optional<ConditionalRead> read = findOnce(action, key, known);
            if (read.isPresent()) {
                return read.get();
            }
        }
        throw replaced(action);
    }

    private StorageException replaced(String action) {
        return new StorageException(
                "Cannot " + action + " in " + errors.where() + ": it was replaced during each of " + MAX_RESTARTS
                        + " attempts to read it in parts",
                Retry.CAN_HELP);
    }

    /** Empty if the object was replaced between two parts. */
    private Optional<ConditionalRead> findOnce(String action, String key, Optional<ObjectVersion> known) {
        Fetched fetched = attempts.run(
                action,
                limit -> new Fetched.Content(protocol.get(key, known, partBytes, limit)),
                Downloads::withoutContent);
        if (fetched instanceof Fetched.Content content) {
            return whole(action, key, content.download());
        }
        return Optional.of(
                fetched instanceof Fetched.Unchanged ? new ConditionalRead.Unchanged() : new ConditionalRead.Absent());
    }

    private Optional<ConditionalRead> whole(String action, String key, Download first) {
        ObjectState object = first.object();
        return fillRest(action, key, first)
                ? Optional.of(new ConditionalRead.Changed(
                        new StoredObject(first.bytes(), object.version(), object.lastModified())))
                : Optional.empty();
    }

    /** What a request for content brings that is no error. */
    private sealed interface Fetched {
        record Content(Download download) implements Fetched {}

        record Unchanged() implements Fetched {}

        record Absent() implements Fetched {}
    }

    private static Optional<Fetched> withoutContent(FailedCall failure) {
        return switch (failure.kind()) {
            case ABSENT -> Optional.of(new Fetched.Absent());
            case UNCHANGED -> Optional.of(new Fetched.Unchanged());
            default -> Optional.empty();
        };
    }

    /** Reads what the first request has left; false if the object has changed since. */
    private boolean fillRest(String action, String key, Download first) {
        int left = first.bytes().capacity() - first.filled();
        List<PartRange> ranges = PartRange.cut(first.filled(), left, first.filled(), partBytes);
        byte[] target = first.bytes().array();
        ObjectVersion version = first.object().version();
        return ranges.isEmpty()
                || parts.map(ranges, range -> fill(action, key, range, target, version)).stream()
                        .allMatch(same -> same);
    }

    /** Reads one range; false if the object is not in the version. */
    private boolean fill(String action, String key, PartRange range, byte[] target, ObjectVersion version) {
        ReadCondition condition = new ReadCondition.EntityTag(version.token());
        return attempts.run(
                action,
                limit -> protocol.getRange(key, range, target, condition, limit).meets(condition),
                failure -> switch (failure.kind()) {
                    case REFUSED, ABSENT, OUT_OF_RANGE -> Optional.of(false);
                    default -> Optional.empty();
                });
    }

    ByteBuffer fetchRange(String key, ByteRange range) {
        return fetchRange(key, range, ReadCondition.none()).orElseThrow(() -> replaced(action(key, range)));
    }

    /** Reads a range of one version; empty if the condition does not hold. */
    Optional<ByteBuffer> fetchRange(String key, ByteRange range, ReadCondition condition) {
        if (range.length() == 0) {
            return nothing(key, range, condition);
        }
        byte[] target = new byte[(int) range.length()];
        List<PartRange> ranges = PartRange.cut(range.offset(), target.length, 0, partBytes);
        for (int restart = 0; restart < MAX_RESTARTS; restart++) {
            List<Optional<ObjectVersion>> versions = ranges.size() == 1
                    ? List.of(fetchPart(key, range, ranges.get(0), target, condition))
                    : parts.map(ranges, part -> fetchPart(key, range, part, target, condition));
            if (versions.stream().anyMatch(Optional::isEmpty)) {
                return Optional.empty();
            }
            if (versions.stream().distinct().count() == 1) {
                return Optional.of(ByteBuffer.wrap(target).asReadOnlyBuffer());
            }
        }
        throw replaced(action(key, range));
    }

    private Optional<ByteBuffer> nothing(String key, ByteRange range, ReadCondition condition) {
        ObjectState object = present(action(key, range), key);
        if (!object.meets(condition)) {
            return Optional.empty();
        }
        requireWithin(range, key, object.sizeBytes());
        return Optional.of(ByteBuffer.allocate(0).asReadOnlyBuffer());
    }

    private static String action(String key, ByteRange range) {
        return "read " + range + " of '" + key + "'";
    }

    /** Tells of which version the part is; empty if the condition does not hold. */
    private Optional<ObjectVersion> fetchPart(
            String key, ByteRange whole, PartRange part, byte[] target, ReadCondition condition) {
        String action = action(key, whole);
        Optional<ObjectState> read = attempts.run(
                action,
                limit -> Optional.of(protocol.getRange(key, part, target, condition, limit)),
                failure -> switch (failure.kind()) {
                    case REFUSED -> Optional.of(Optional.<ObjectState>empty());
                    case ABSENT -> throw errors.absent(action, key);
                    case OUT_OF_RANGE -> Optional.of(behindTheEnd(action, key, whole, condition));
                    default -> Optional.empty();
                });
        return read.filter(object -> object.meets(condition)).map(object -> {
            requireWithin(whole, key, object.sizeBytes());
            return object.version();
        });
    }

    /** What is behind the end of one version may not be behind that of another. */
    private Optional<ObjectState> behindTheEnd(String action, String key, ByteRange range, ReadCondition condition) {
        ObjectState object = present(action, key);
        if (object.meets(condition)) {
            requireWithin(range, key, object.sizeBytes());
            throw new StorageException(
                    "Cannot " + action + " in " + errors.where() + ": it was replaced meanwhile; try again",
                    Retry.CAN_HELP);
        }
        return Optional.empty();
    }

    private void requireWithin(ByteRange range, String key, long sizeBytes) {
        range.requireWithin(sizeBytes, key, errors.where());
    }

    private ObjectState present(String action, String key) {
        return stat(action, key).orElseThrow(() -> errors.absent(action, key));
    }

    Optional<ObjectState> stat(String action, String key) {
        return attempts.run(
                action,
                limit -> Optional.of(protocol.stat(key, limit)),
                failure -> failure.kind() == FailedCall.Kind.ABSENT
                        ? Optional.of(Optional.<ObjectState>empty())
                        : Optional.empty());
    }
}
