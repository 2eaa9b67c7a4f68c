package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Keeps objects in a store that is asked by HTTP requests. Thread-safe; safe among any number of processes, also with
 * clients of the reference implementation.
 *
 * <p><b>Conditional writes</b> go with the condition to the store. {@link ConditionalWrite} says how it is found out
 * what became of one whose reply was lost. Refusals cost one further request, a look at the object.
 *
 * <p><b>Failures</b> that may pass (throttling, no connection, no answer, a reply cut short, expired credentials that can
 * be refreshed) are repeated within {@link Retries} and {@link Timeouts}. An interrupt ends pauses at once, and
 * requests as soon as the HTTP client notices it.
 *
 * <p><b>Large objects</b> are moved in parts, see {@link Transfers}. Keys are those of the bucket below the prefix.
 */
public final class CloudStorage implements Storage {
    private final CloudOptions<?, ?> options;
    private final CloudProtocol protocol;
    private final CloudErrors errors;
    private final Counters counters = new Counters();
    private final Attempts attempts;
    private final Parts parts;
    private final Downloads downloads;
    private final Uploads uploads;

    private CloudStorage(CloudOptions<?, ?> options, Function<Counters, CloudProtocol> store) {
        RequestOptions requests = options.requests();
        this.options = options;
        this.protocol = store.apply(counters);
        this.errors = new CloudErrors(options, protocol);
        this.attempts = new Attempts(requests, errors, counters, protocol);
        this.parts = new Parts(requests.transfers().parallelism(), errors.where());
        this.downloads = new Downloads(protocol, attempts, errors, parts, requests.transfers());
        this.uploads = new Uploads(protocol, attempts, downloads, parts, counters, requests);
    }

    /**
     * Opens a place in a store. Cost: no request; whether bucket and rights are there shows with the first call.
     *
     * @param options where it is and how it is asked
     * @param store makes the requests, and counts them; is closed with the storage
     * @return the storage
     */
    public static CloudStorage open(CloudOptions<?, ?> options, Function<Counters, CloudProtocol> store) {
        return new CloudStorage(options, store);
    }

    /**
     * @return what this storage has done since it was opened
     */
    public CloudStatistics statistics() {
        return counters.snapshot();
    }

    @Override
    public String location() {
        return errors.where();
    }

    @Override
    public Object place() {
        return location();
    }

    @Override
    public Optional<String> objectionToCreation() {
        return options.objectionToCreation();
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

    /**
     * Reads a part of an object while something holds of it, whatever its key: for data that others have written and may
     * replace. Not every store obeys conditions on reads, so the reply is compared, too. Cost: one request, or several at
     * a time if the range is large.
     *
     * @param key key of the object below the prefix, of any form that the store knows
     * @param range which bytes
     * @param condition what must hold; an entity tag is a version: an ETag, or a generation of Google Cloud Storage
     * @return exactly those bytes, read-only, all of one version of the object; or empty if the condition does not hold
     * @throws io.icestream.engine.storage.ObjectNotFoundException if there is no such object
     * @throws io.icestream.engine.storage.StorageException if the object ends before the range, or the store does not work
     */
    public Optional<ByteBuffer> fetchRange(String key, ByteRange range, ReadCondition condition) {
        return downloads.fetchRange(key, range, condition);
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        ObjectKeys.requireValid(key);
        return downloads
                .stat("look at '" + key + "'", key)
                .map(state -> new ObjectSummary(key, state.sizeBytes(), state.lastModified()));
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        return Listing.stream(protocol, attempts, errors, ObjectKeys.requireValidPrefix(prefix));
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

    /** {@inheritDoc} Requests for several batches are made at a time. */
    @Override
    public void delete(Collection<String> keys) {
        List<String> all =
                keys.stream().map(ObjectKeys::requireValid).distinct().toList();
        List<List<String>> batches = new ArrayList<>();
        int size = protocol.batchDeletion().map(BatchDeletion::size).orElse(1);
        for (int start = 0; start < all.size(); start += size) {
            batches.add(all.subList(start, Math.min(all.size(), start + size)));
        }
        if (batches.size() == 1) {
            deleteBatch(batches.get(0));
        } else {
            parts.map(batches, this::deleteBatch);
        }
    }

    private int deleteBatch(List<String> keys) {
        if (keys.size() == 1) {
            return deleteOne(keys.get(0));
        }
        BatchDeletion deletion = protocol.batchDeletion().orElseThrow();
        List<String> left = new ArrayList<>(keys);
        return attempts.run("delete " + keys.size() + " objects", limit -> {
            leaveWhatFailed(left, deletion.request().send(List.copyOf(left), limit));
            return keys.size();
        });
    }

    private int deleteOne(String key) {
        return attempts.run(
                "delete '" + key + "'",
                limit -> {
                    protocol.delete(key, limit);
                    return 1;
                },
                failure -> failure.kind() == FailedCall.Kind.ABSENT ? Optional.of(1) : Optional.empty());
    }

    /** What has failed is left for another attempt, if one can help all of it. */
    private static void leaveWhatFailed(List<String> left, List<FailedDeletion> failed) {
        left.clear();
        failed.forEach(deletion -> left.add(deletion.key()));
        failed.stream()
                .filter(deletion -> !deletion.cause().kind().isRepeatable())
                .findFirst()
                .or(() -> failed.stream().findFirst())
                .ifPresent(deletion -> {
                    throw deletion.cause();
                });
    }

    @Override
    public void close() {
        parts.close();
        protocol.close();
    }
}
