package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.StorageException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Writes objects: in one request, or in parts from a size on. In parts, the object appears when the upload is completed,
 * and the condition goes with that request. An upload that did not become an object is aborted.
 */
final class Uploads {
    private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);

    private final S3Calls calls;
    private final Attempts attempts;
    private final Downloads downloads;
    private final Parts parts;
    private final Counters counters;
    private final S3Transfers transfers;
    private final RandomGenerator random;
    private final boolean conditional;

    Uploads(S3Calls calls, Attempts attempts, Downloads downloads, Parts parts, Counters counters, S3Options options) {
        this.calls = calls;
        this.attempts = attempts;
        this.downloads = downloads;
        this.parts = parts;
        this.counters = counters;
        this.transfers = options.transfers();
        this.random = options.random();
        this.conditional = options.hasConditionalWrites();
    }

    void put(String key, ByteBuffer bytes) {
        String action = "write '" + key + "'";
        if (!isLarge(bytes)) {
            attempts.run(action, limit -> calls.put(key, bytes, WriteCondition.NONE, Map.of(), limit));
            return;
        }
        PutOutcome outcome = putInParts(action, key, bytes, WriteCondition.NONE);
        if (outcome instanceof PutOutcome.Unknown unknown) {
            throw unknown.cause();
        }
    }

    PutOutcome put(String action, String key, ByteBuffer bytes, WriteCondition condition) {
        if (!mayHold(action, key, condition)) {
            return new PutOutcome.Refused();
        }
        if (isLarge(bytes)) {
            return putInParts(action, key, bytes, condition);
        }
        WriteId id = WriteId.random(random);
        return write(action, key, condition, id)
                .run(limit -> calls.put(key, bytes, sent(condition), id.metadata(), limit));
    }

    /** What a store that knows no conditions is not told, so that looking before has to do. */
    private WriteCondition sent(WriteCondition condition) {
        return conditional ? condition : WriteCondition.NONE;
    }

    private boolean mayHold(String action, String key, WriteCondition condition) {
        return conditional
                || condition.holdsFor(downloads
                        .stat(action + ", look at '" + key + "'", key)
                        .map(object -> S3Calls.version(object.eTag())));
    }

    private ConditionalWrite write(String action, String key, WriteCondition condition, WriteId id) {
        return new ConditionalWrite(attempts.budget(action), condition, id, () -> readBack(action, key));
    }

    private Optional<HeadObjectResponse> readBack(String action, String key) {
        counters.readBack();
        return downloads.stat(action + ", that is to learn whether it was done, look at '" + key + "'", key);
    }

    private boolean isLarge(ByteBuffer bytes) {
        return bytes.remaining() >= transfers.multipartThresholdBytes();
    }

    private PutOutcome putInParts(String action, String key, ByteBuffer bytes, WriteCondition condition) {
        WriteId id = WriteId.random(random);
        String uploadId = attempts.run(action, limit -> calls.createUpload(key, id.metadata(), limit));
        @Nullable PutOutcome outcome = null;
        try {
            List<CompletedPart> completed = uploadParts(action, key, uploadId, bytes);
            outcome = write(action, key, condition, id)
                    .run(limit -> calls.completeUpload(key, uploadId, completed, sent(condition), limit));
            return outcome;
        } finally {
            if (!(outcome instanceof PutOutcome.Written)) {
                abort(key, uploadId);
            }
        }
    }

    private List<CompletedPart> uploadParts(String action, String key, String uploadId, ByteBuffer bytes) {
        return parts.map(
                cut(bytes),
                part -> attempts.run(
                        action, limit -> calls.uploadPart(key, uploadId, part.number(), part.bytes(), limit)));
    }

    private record Part(int number, ByteBuffer bytes) {}

    /** All parts but the last are of one size, which some stores insist on. */
    private List<Part> cut(ByteBuffer bytes) {
        List<Part> cut = new ArrayList<>();
        int size = transfers.uploadPartBytes();
        for (int start = 0; start < bytes.remaining(); start += Math.min(size, bytes.remaining() - start)) {
            int length = Math.min(size, bytes.remaining() - start);
            cut.add(new Part(cut.size() + 1, bytes.slice(bytes.position() + start, length)));
        }
        return cut;
    }

    /** What became of the write does not depend on it; what is left behind costs money until a rule removes it. */
    private void abort(String key, String uploadId) {
        boolean interrupted = Thread.interrupted();
        try {
            attempts.run(
                    "abort the upload of '" + key + "'",
                    limit -> {
                        calls.abortUpload(key, uploadId, limit);
                        return uploadId;
                    },
                    failure -> failure.kind() == S3Failure.Kind.NO_UPLOAD ? Optional.of(uploadId) : Optional.empty());
        } catch (StorageException e) {
            LOG.warn("An unfinished upload of {} is left behind; a rule of the bucket can remove such", key, e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Copies within the store. Doing it twice does no harm, so no answer is followed by another try. */
    PutOutcome copy(String from, String to, ObjectVersion expected) {
        String action = "copy '" + from + "' to '" + to + "'";
        WriteCondition condition = WriteCondition.version(expected);
        if (!mayHold(action, from, condition)) {
            return new PutOutcome.Refused();
        }
        return new Copy(attempts.budget(action)).run(limit -> calls.copy(from, to, sent(condition), limit));
    }
}
