package io.icestream.cloud;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectVersion;
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
        return ranges.isEmpty()
                || parts
                        .map(
                                ranges,
                                range -> fill(
                                        action,
                                        key,
                                        range,
                                        target,
                                        first.object().version()))
                        .stream()
                        .allMatch(Optional::isPresent);
    }

    /** Reads one range; empty if the object is not in the version. */
    private Optional<Download> fill(String action, String key, PartRange range, byte[] target, ObjectVersion version) {
        Optional<Download> download = attempts.run(
                action,
                limit -> Optional.of(protocol.getRange(key, range, target, Optional.of(version), limit)),
                failure -> switch (failure.kind()) {
                    case REFUSED, ABSENT, OUT_OF_RANGE -> Optional.of(Optional.<Download>empty());
                    default -> Optional.empty();
                });
        return download.filter(part -> part.object().version().equals(version));
    }

    ByteBuffer fetchRange(String key, ByteRange range) {
        String action = action(key, range);
        if (range.length() == 0) {
            requireWithin(range, key, size(action, key));
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }
        byte[] target = new byte[(int) range.length()];
        List<PartRange> ranges = PartRange.cut(range.offset(), target.length, 0, partBytes);
        for (int restart = 0; restart < MAX_RESTARTS; restart++) {
            List<Download> downloads = ranges.size() == 1
                    ? List.of(fetchPart(action, key, range, ranges.get(0), target))
                    : parts.map(ranges, part -> fetchPart(action, key, range, part, target));
            if (downloads.stream()
                            .map(download -> download.object().version())
                            .distinct()
                            .count()
                    == 1) {
                return ByteBuffer.wrap(target).asReadOnlyBuffer();
            }
        }
        throw replaced(action);
    }

    /** Reads a range of one version; empty if the object is in another one or gone. */
    Optional<ByteBuffer> fetchRange(String key, ByteRange range, ObjectVersion expected) {
        String action = action(key, range);
        byte[] target = new byte[(int) range.length()];
        List<PartRange> ranges = PartRange.cut(range.offset(), target.length, 0, partBytes);
        if (ranges.isEmpty()) {
            return stat(action, key)
                    .filter(state -> state.version().equals(expected))
                    .map(state -> {
                        requireWithin(range, key, state.sizeBytes());
                        return ByteBuffer.allocate(0).asReadOnlyBuffer();
                    });
        }
        List<Optional<Download>> downloads = ranges.size() == 1
                ? List.of(fill(action, key, ranges.get(0), target, expected))
                : parts.map(ranges, part -> fill(action, key, part, target, expected));
        if (downloads.stream().allMatch(Optional::isPresent)) {
            requireWithin(range, key, downloads.get(0).orElseThrow().object().sizeBytes());
            return Optional.of(ByteBuffer.wrap(target).asReadOnlyBuffer());
        }
        // A range behind the end looks like another version, unless one looks at the object.
        stat(action, key)
                .filter(state -> state.version().equals(expected))
                .ifPresent(state -> requireWithin(range, key, state.sizeBytes()));
        return Optional.empty();
    }

    private static String action(String key, ByteRange range) {
        return "read " + range + " of '" + key + "'";
    }

    private Download fetchPart(String action, String key, ByteRange whole, PartRange part, byte[] target) {
        Optional<Download> download = attempts.run(
                action,
                limit -> Optional.of(protocol.getRange(key, part, target, Optional.empty(), limit)),
                failure -> switch (failure.kind()) {
                    case ABSENT -> throw errors.absent(action, key);
                    case OUT_OF_RANGE -> Optional.of(Optional.<Download>empty());
                    default -> Optional.empty();
                });
        requireWithin(
                whole, key, download.map(found -> found.object().sizeBytes()).orElseGet(() -> size(action, key)));
        return download.orElseThrow(() -> replaced(action));
    }

    private void requireWithin(ByteRange range, String key, long sizeBytes) {
        range.requireWithin(sizeBytes, key, errors.where());
    }

    private long size(String action, String key) {
        return stat(action, key).map(ObjectState::sizeBytes).orElseThrow(() -> errors.absent(action, key));
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
