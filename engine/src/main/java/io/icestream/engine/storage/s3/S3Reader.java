package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Reads ranges of any objects of a bucket, on condition that an object is still what it was; for objects that are not part
 * of a repository. Keys are taken as they are, below the prefix of the location. Repeats what may pass, and reads large ranges
 * in parts at the same time, as {@link S3Storage} does. Thread-safe.
 */
public final class S3Reader implements AutoCloseable {
    private static final int MAX_RESTARTS = 10;

    private final S3Client client;
    private final AwsCredentialsProvider credentials;
    private final S3Errors errors;
    private final S3Calls calls;
    private final Attempts attempts;
    private final Parts parts;
    private final int partBytes;

    private S3Reader(S3Options options) {
        Counters counters = new Counters();
        this.credentials = S3Clients.provider(options);
        this.client = S3Clients.create(options, credentials);
        this.errors = new S3Errors(options);
        this.calls = new S3Calls(client, options, counters);
        this.attempts = new Attempts(options, errors, counters, this::refreshCredentials);
        this.parts = new Parts(options.transfers().parallelism(), errors.where());
        this.partBytes = options.transfers().downloadPartBytes();
    }

    /**
     * Opens a bucket. Cost: no request.
     *
     * @param options where and how
     * @return the reader
     * @throws StorageException if no region is set and none can be found
     */
    public static S3Reader open(S3Options options) {
        return new S3Reader(options);
    }

    private void refreshCredentials() {
        if (credentials instanceof RefreshedCredentials refreshed) {
            refreshed.forget();
        }
    }

    /**
     * Reads a range. Cost: one request per part of the range.
     *
     * @param key key of the object, in any form that the store takes
     * @param range which bytes, at least one
     * @param condition what must hold of the object
     * @return exactly those bytes, read-only, all of one version of the object; or empty if the condition does not hold
     * @throws io.icestream.engine.storage.ObjectNotFoundException if there is no such object
     * @throws StorageException if the object ends before the range, or the store does not work
     */
    public Optional<ByteBuffer> fetchRange(String key, ByteRange range, ReadCondition condition) {
        byte[] target = new byte[(int) range.length()];
        List<PartRange> cut = PartRange.cut(range.offset(), target.length, 0, partBytes);
        for (int restart = 0; restart < MAX_RESTARTS; restart++) {
            List<Optional<Download>> downloads = cut.size() == 1
                    ? List.of(fetchPart(key, range, cut.get(0), target, condition))
                    : parts.map(cut, part -> fetchPart(key, range, part, target, condition));
            if (downloads.stream().anyMatch(Optional::isEmpty)) {
                return Optional.empty();
            }
            if (downloads.stream()
                            .map(download -> download.orElseThrow().version())
                            .distinct()
                            .count()
                    == 1) {
                return Optional.of(ByteBuffer.wrap(target).asReadOnlyBuffer());
            }
        }
        throw new StorageException(
                "Cannot " + action(key, range) + " in " + errors.where() + ": it was replaced during each of "
                        + MAX_RESTARTS + " attempts to read it in parts",
                Retry.CAN_HELP);
    }

    private static String action(String key, ByteRange range) {
        return "read " + range + " of '" + key + "'";
    }

    private Optional<Download> fetchPart(
            String key, ByteRange whole, PartRange part, byte[] target, ReadCondition condition) {
        String action = action(key, whole);
        Optional<Download> download = attempts.run(
                action,
                limit -> Optional.of(calls.getRangeIf(key, part, target, condition, limit)),
                failure -> switch (failure.kind()) {
                    case REFUSED -> Optional.of(Optional.<Download>empty());
                    case ABSENT -> throw errors.absent(action, key);
                    case OUT_OF_RANGE -> throw tooShort(action, key, whole);
                    default -> Optional.empty();
                });
        download.ifPresent(done -> whole.requireWithin(done.sizeBytes(), key, errors.where()));
        // Not every store that speaks S3 obeys conditions on reads.
        return download.filter(done -> condition
                .holds(Optional.of(done.version().token()), Optional.of(done.lastModified()))
                .orElse(false));
    }

    private StorageException tooShort(String action, String key, ByteRange range) {
        long size = attempts.run(action, limit -> calls.head(key, limit)).contentLength();
        range.requireWithin(size, key, errors.where());
        return new StorageException(
                "Cannot " + action + " in " + errors.where() + ": it was replaced meanwhile; try again",
                Retry.CAN_HELP);
    }

    @Override
    public void close() {
        parts.close();
        client.close();
        if (credentials instanceof SdkAutoCloseable closeable) {
            closeable.close();
        }
    }
}
