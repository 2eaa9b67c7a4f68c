package io.icestream.cloud;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
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
 * be refreshed) are repeated within {@link Retries} and {@link Timeouts}. An interrupt ends pauses and requests at once.
 *
 * <p><b>Large objects</b> are moved in parts, see {@link Transfers}. Keys are those of the bucket below the prefix.
 */
public final class CloudStorage implements Storage {
    private final CloudProtocol protocol;
    private final HttpCalls http;
    private final Counters counters = new Counters();
    private final Attempts attempts;
    private final Parts parts;
    private final Downloads downloads;
    private final Uploads uploads;

    private CloudStorage(RequestOptions options, Function<HttpCalls, CloudProtocol> store) {
        this.http = new HttpCalls(options, counters);
        this.protocol = store.apply(http);
        CloudErrors errors = new CloudErrors(protocol);
        this.attempts = new Attempts(options, errors, counters, protocol);
        this.parts = new Parts(options.transfers().parallelism(), errors.where());
        this.downloads = new Downloads(protocol, attempts, errors, parts, options.transfers());
        this.uploads = new Uploads(protocol, attempts, downloads, parts, counters, options);
    }

    /**
     * Opens a place in a store. Cost: no request; whether bucket and rights are there shows with the first call.
     *
     * @param options how it is asked
     * @param store makes the requests; is closed with the storage
     * @return the storage
     */
    public static CloudStorage open(RequestOptions options, Function<HttpCalls, CloudProtocol> store) {
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
        return protocol.location();
    }

    @Override
    public Optional<String> objectionToCreation() {
        return protocol.objectionToCreation();
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
     * Reads a part of an object that has to be in a known version, whatever its key: for data that others have written
     * and may replace. Cost: one request, or several at a time if the range is large.
     *
     * @param key key of the object, of any form that the store knows
     * @param offset first byte wanted, at least zero
     * @param length number of bytes wanted, at least zero
     * @param expected the version: a generation of Google Cloud Storage, an ETag of Azure
     * @return exactly {@code length} bytes, or empty if the object is in another version or gone
     * @throws io.icestream.engine.storage.StorageException if the object ends before {@code offset + length}
     */
    public Optional<ByteBuffer> fetchRangeIfMatches(String key, long offset, long length, ObjectVersion expected) {
        return downloads.fetchRange(key, new ByteRange(offset, length), expected);
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
        return Listing.stream(protocol, attempts, ObjectKeys.requireValidPrefix(prefix));
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
            return attempts.run("delete '" + keys.get(0) + "'", limit -> {
                protocol.delete(keys.get(0), limit);
                return 1;
            });
        }
        BatchDeletion deletion = protocol.batchDeletion().orElseThrow();
        List<String> left = new ArrayList<>(keys);
        return attempts.run("delete " + keys.size() + " objects", limit -> {
            leaveWhatFailed(left, deletion.request().send(List.copyOf(left), limit));
            return keys.size();
        });
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
        http.close();
    }
}
