package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Reads objects. What is larger than a part is read in ranges at the same time, all of one version: if the object is
 * replaced meanwhile, reading starts over, a bounded number of times.
 */
final class Downloads {
    private static final int MAX_RESTARTS = 10;

    private final S3Calls calls;
    private final Attempts attempts;
    private final S3Errors errors;
    private final Parts parts;
    private final int partBytes;

    Downloads(S3Calls calls, Attempts attempts, S3Errors errors, Parts parts, S3Transfers transfers) {
        this.calls = calls;
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
                action, limit -> new Fetched.Content(calls.get(key, known, limit)), Downloads::withoutContent);
        if (fetched instanceof Fetched.Content content) {
            return whole(action, key, content.download());
        }
        return Optional.of(
                fetched instanceof Fetched.Unchanged ? new ConditionalRead.Unchanged() : new ConditionalRead.Absent());
    }

    private Optional<ConditionalRead> whole(String action, String key, Download first) {
        return fillRest(action, key, first)
                ? Optional.of(new ConditionalRead.Changed(
                        new StoredObject(first.bytes(), first.version(), first.lastModified())))
                : Optional.empty();
    }

    /** What a GET brings that is no error. */
    private sealed interface Fetched {
        record Content(Download download) implements Fetched {}

        record Unchanged() implements Fetched {}

        record Absent() implements Fetched {}
    }

    private static Optional<Fetched> withoutContent(S3Failure failure) {
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
        return ranges.isEmpty()
                || parts
                        .map(
                                ranges,
                                range -> fill(action, key, range, first.bytes().array(), Optional.of(first.version())))
                        .stream()
                        .allMatch(Optional::isPresent);
    }

    /** Reads one range; empty if the object is not in the version. */
    private Optional<Download> fill(
            String action, String key, PartRange range, byte[] target, Optional<ObjectVersion> version) {
        return attempts.run(
                action,
                limit -> Optional.of(calls.getRange(key, range, target, version, limit)),
                failure -> switch (failure.kind()) {
                    case REFUSED, ABSENT, OUT_OF_RANGE ->
                        version.isPresent() ? Optional.of(Optional.<Download>empty()) : Optional.empty();
                    default -> Optional.empty();
                });
    }

    ByteBuffer fetchRange(String key, ByteRange range) {
        String action = "read " + range + " of '" + key + "'";
        if (range.length() == 0) {
            requireWithin(range, key, head(action, key));
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }
        byte[] target = new byte[(int) range.length()];
        List<PartRange> ranges = PartRange.cut(range.offset(), target.length, 0, partBytes);
        for (int restart = 0; restart < MAX_RESTARTS; restart++) {
            List<Download> downloads = ranges.size() == 1
                    ? List.of(fetchPart(action, key, range, ranges.get(0), target))
                    : parts.map(ranges, part -> fetchPart(action, key, range, part, target));
            if (downloads.stream().map(Download::version).distinct().count() == 1) {
                return ByteBuffer.wrap(target).asReadOnlyBuffer();
            }
        }
        throw replaced(action);
    }

    private Download fetchPart(String action, String key, ByteRange whole, PartRange part, byte[] target) {
        Optional<Download> download = attempts.run(
                action,
                limit -> Optional.of(calls.getRange(key, part, target, Optional.empty(), limit)),
                failure -> switch (failure.kind()) {
                    case ABSENT -> throw errors.absent(action, key);
                    case OUT_OF_RANGE -> Optional.of(Optional.<Download>empty());
                    default -> Optional.empty();
                });
        requireWithin(whole, key, download.map(Download::sizeBytes).orElseGet(() -> head(action, key)));
        return download.orElseThrow(() -> replaced(action));
    }

    private void requireWithin(ByteRange range, String key, long sizeBytes) {
        range.requireWithin(sizeBytes, key, errors.where());
    }

    private long head(String action, String key) {
        return stat(action, key).map(HeadObjectResponse::contentLength).orElseThrow(() -> errors.absent(action, key));
    }

    Optional<HeadObjectResponse> stat(String action, String key) {
        return attempts.run(
                action,
                limit -> Optional.of(calls.head(key, limit)),
                failure -> failure.kind() == S3Failure.Kind.ABSENT
                        ? Optional.of(Optional.<HeadObjectResponse>empty())
                        : Optional.empty());
    }
}
