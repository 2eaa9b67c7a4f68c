package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes objects: in one request, or in parts from a size on. In parts, the object appears when the upload is completed,
 * and the condition goes with that request. An upload that did not become an object is aborted.
 */
final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final CloudProtocol protocol;
    private final Attempts attempts;
    private final Downloads downloads;
    private final Parts parts;
    private final Counters counters;
    private final Transfers transfers;
    private final RandomGenerator random;

    Uploads(
            CloudProtocol protocol,
            Attempts attempts,
            Downloads downloads,
            Parts parts,
            Counters counters,
            RequestOptions options) {
        this.protocol = protocol;
        this.attempts = attempts;
        this.downloads = downloads;
        this.parts = parts;
        this.counters = counters;
        this.transfers = options.transfers();
        this.random = options.random();
    }

    void put(String key, ByteBuffer bytes) {
        String action = "write '" + key + "'";
        if (bytes.remaining() < transfers.partsFromBytes()) {
            Write write = new Write(key, bytes, WriteCondition.NONE, Optional.empty());
            attempts.run(action, limit -> protocol.put(write, limit));
            return;
        }
        // With an id, so that a completion whose reply was lost is recognised.
        Write write = new Write(key, bytes, WriteCondition.NONE, Optional.of(Write.randomId(random)));
        if (putInParts(action, write) instanceof PutOutcome.Unknown unknown) {
            throw unknown.cause();
        }
    }

    PutOutcome put(String action, String key, ByteBuffer bytes, WriteCondition condition) {
        if (!mayHold(action, key, condition)) {
            return new PutOutcome.Refused();
        }
        Write write = new Write(key, bytes, condition, Optional.of(Write.randomId(random)));
        return bytes.remaining() < transfers.partsFromBytes()
                ? conditional(action, write).run(limit -> protocol.put(write, limit))
                : putInParts(action, write);
    }

    /** False if the store does not check conditions, and this one does not hold. */
    private boolean mayHold(String action, String key, WriteCondition condition) {
        return protocol.checksConditions()
                || condition.holdsFor(
                        downloads.stat(action + ", look at '" + key + "'", key).map(ObjectState::version));
    }

    private ConditionalWrite conditional(String action, Write write) {
        return new ConditionalWrite(attempts.budget(action), write, () -> {
            counters.readBack();
            return downloads.stat("learn what became of the attempt to " + action, write.key());
        });
    }

    private PutOutcome putInParts(String action, Write write) {
        Optional<LargeUpload> begun = begin(action, write);
        if (begun.isEmpty()) {
            return new PutOutcome.Refused();
        }
        LargeUpload upload = begun.get();
        @Nullable PutOutcome outcome = null;
        try {
            sendParts(action, upload);
            outcome = conditional(action, write).run(upload::complete);
            return outcome;
        } finally {
            if (!(outcome instanceof PutOutcome.Written)) {
                abort(write.key(), upload);
            }
        }
    }

    /** Empty if the store refuses at once, which it may, since the condition cannot come true again by our doing. */
    private Optional<LargeUpload> begin(String action, Write write) {
        return attempts.run(
                action,
                limit -> Optional.of(protocol.beginUpload(write, transfers.uploadPartBytes(), limit)),
                failure -> failure.kind() == FailedCall.Kind.REFUSED
                        ? Optional.of(Optional.<LargeUpload>empty())
                        : Optional.empty());
    }

    private void sendParts(String action, LargeUpload upload) {
        List<Integer> numbers = IntStream.range(0, upload.parts()).boxed().toList();
        if (upload.isParallel()) {
            parts.map(numbers, part -> sendPart(action, upload, part));
        } else {
            numbers.forEach(part -> sendPart(action, upload, part));
        }
    }

    private int sendPart(String action, LargeUpload upload, int part) {
        return attempts.run(action, limit -> {
            upload.send(part, limit);
            return part;
        });
    }

    /** What became of the write does not depend on it; what is left behind costs money until the store removes it. */
    private void abort(String key, LargeUpload upload) {
        boolean interrupted = Thread.interrupted();
        try {
            attempts.run(
                    "abort the upload of '" + key + "'",
                    limit -> {
                        upload.abort(limit);
                        return key;
                    },
                    failure -> switch (failure.kind()) {
                        case NO_UPLOAD, ABSENT -> Optional.of(key);
                        default -> Optional.empty();
                    });
        } catch (StorageException e) {
            LOG.warn("An unfinished upload of {} is left behind until the store removes it", key, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Copies within the store. Doing it twice does no harm, so no answer is followed by another try. */
    PutOutcome copy(String from, String to, ObjectVersion expected) {
        String action = "copy '" + from + "' to '" + to + "'";
        if (!mayHold(action, from, WriteCondition.version(expected))) {
            return new PutOutcome.Refused();
        }
        return new Copy(attempts.budget(action)).run(limit -> protocol.copy(from, to, expected, limit));
    }
}
