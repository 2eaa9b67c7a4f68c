package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Error;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * Keeps objects in a bucket of Amazon S3 or of a store that speaks its protocol. Thread-safe; safe among any number of
 * processes, also with clients of the reference implementation.
 *
 * <p><b>Versions</b> are ETags. S3 makes them of the content, so equal bytes under one key have equal versions, whoever
 * wrote them and whatever was there between; the repository object is never twice the same.
 *
 * <p><b>Conditional writes</b> are PUTs with {@code If-None-Match: *} or {@code If-Match}. {@link ConditionalWrite} says
 * how it is found out what became of one whose reply was lost. Refusals cost one further request, a look at the object.
 *
 * <p><b>Failures</b> that may pass (throttling, no connection, no answer, a reply cut short, expired credentials that can
 * be refreshed) are repeated within {@link S3Retries} and {@link S3Timeouts}. An interrupt ends pauses at once, and a
 * request under way at the latest when it times out.
 *
 * <p><b>Large objects</b> are moved in parts, see {@link S3Transfers}. Keys are those of the bucket below the prefix.
 * The HTTP client is the one of the JDK; of the connections that are idle it keeps as many per server as the system
 * property {@code http.maxConnections} says, 5 by default: set it to the number of requests at a time.
 *
 * <p>Source: Amazon S3 API Reference; Icechunk specification, file layout.
 */
public final class S3Storage implements Storage {
    private static final int DELETIONS_PER_REQUEST = 1_000;

    private final S3Options options;
    private final S3Client client;
    private final AwsCredentialsProvider credentials;
    private final Counters counters = new Counters();
    private final S3Errors errors;
    private final S3Calls calls;
    private final Attempts attempts;
    private final Parts parts;
    private final Downloads downloads;
    private final Uploads uploads;

    private S3Storage(S3Options options) {
        this.options = options;
        this.credentials = S3Clients.provider(options);
        this.client = S3Clients.create(options, credentials);
        this.errors = new S3Errors(options);
        this.calls = new S3Calls(client, options, counters);
        this.attempts = new Attempts(options, errors, counters, this::refreshCredentials);
        this.parts = new Parts(options.transfers().parallelism(), errors.where());
        this.downloads = new Downloads(calls, attempts, errors, parts, options.transfers());
        this.uploads = new Uploads(calls, attempts, downloads, parts, counters, options);
    }

    /**
     * Opens a place in a store. Cost: no request; whether bucket and rights are there shows with the first call.
     *
     * @param options where and how
     * @return the storage
     * @throws StorageException if no region is set and none can be found
     */
    public static S3Storage open(S3Options options) {
        return new S3Storage(options);
    }

    private void refreshCredentials() {
        if (credentials instanceof RefreshedCredentials refreshed) {
            refreshed.forget();
        }
    }

    /**
     * @return what this storage has done since it was opened
     */
    public S3Statistics statistics() {
        return counters.snapshot();
    }

    @Override
    public String location() {
        return errors.where();
    }

    @Override
    public Optional<String> objectionToCreation() {
        return options.location().prefix().isEmpty()
                ? Optional.of("the location is a whole bucket; add a prefix, for example " + options.location()
                        + "/repository")
                : Optional.empty();
    }

    @Override
    public Optional<StoredObject> find(String key) {
        ObjectKeys.requireValid(key);
        return downloads.find(key, Optional.empty()) instanceof ConditionalRead.Changed read
                ? Optional.of(read.object())
                : Optional.empty();
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        return downloads.find(ObjectKeys.requireValid(key), Optional.of(known));
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        ByteRange range = new ByteRange(offset, length);
        return downloads.fetchRange(ObjectKeys.requireValid(key), range);
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        ObjectKeys.requireValid(key);
        return downloads
                .stat("look at '" + key + "'", key)
                .map(head -> new ObjectSummary(key, head.contentLength(), S3Calls.time(head.lastModified())));
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        return S3Listing.stream(calls, attempts, options.location(), ObjectKeys.requireValidPrefix(prefix));
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        uploads.put(ObjectKeys.requireValid(key), bytes);
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        ObjectKeys.requireValid(key);
        return uploads.put("create '" + key + "'", key, bytes, WriteCondition.ABSENT);
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        ObjectKeys.requireValid(key);
        return uploads.put("replace '" + key + "'", key, bytes, WriteCondition.version(expected));
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        return uploads.copy(ObjectKeys.requireValid(from), ObjectKeys.requireValid(to), expected);
    }

    @Override
    public void delete(Collection<String> keys) {
        List<String> all =
                keys.stream().map(ObjectKeys::requireValid).distinct().toList();
        for (int start = 0; start < all.size(); start += DELETIONS_PER_REQUEST) {
            deleteBatch(all.subList(start, Math.min(all.size(), start + DELETIONS_PER_REQUEST)));
        }
    }

    private void deleteBatch(List<String> keys) {
        if (keys.size() == 1) {
            attempts.run("delete '" + keys.get(0) + "'", limit -> {
                calls.delete(keys.get(0), limit);
                return keys;
            });
            return;
        }
        String action = "delete " + keys.size() + " objects";
        List<S3Error> failed = attempts.run(action, limit -> calls.deleteMany(keys, limit));
        if (!failed.isEmpty()) {
            String left = failed.stream()
                    .limit(3)
                    .map(error -> "'" + error.key() + "' (" + error.code() + ": " + error.message() + ")")
                    .collect(Collectors.joining(", "));
            throw new StorageException(
                    "Cannot " + action + " in " + location() + ": " + failed.size() + " were not, among them " + left,
                    failed.stream().allMatch(error -> "AccessDenied".equals(error.code()))
                            ? Retry.CANNOT_HELP
                            : Retry.CAN_HELP);
        }
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
