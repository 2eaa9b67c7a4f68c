package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Lists page by page, the next one when the last has been consumed. Objects whose names are no keys are passed over. */
final class S3Listing extends Spliterators.AbstractSpliterator<ObjectSummary> {
    private final S3Calls calls;
    private final Attempts attempts;
    private final S3Location location;
    private final String prefix;
    private final Deque<S3Object> page = new ArrayDeque<>();

    private @Nullable String next;
    private boolean ended;

    private S3Listing(S3Calls calls, Attempts attempts, S3Location location, String prefix) {
        super(Long.MAX_VALUE, Spliterator.DISTINCT | Spliterator.NONNULL);
        this.calls = calls;
        this.attempts = attempts;
        this.location = location;
        this.prefix = prefix;
    }

    static Stream<ObjectSummary> stream(S3Calls calls, Attempts attempts, S3Location location, String prefix) {
        return StreamSupport.stream(new S3Listing(calls, attempts, location, prefix), false);
    }

    @Override
    public boolean tryAdvance(Consumer<? super ObjectSummary> action) {
        while (true) {
            while (page.isEmpty()) {
                if (ended) {
                    return false;
                }
                fetchPage();
            }
            S3Object object = page.remove();
            String key = location.key(object.key());
            if (ObjectKeys.isValid(key)) {
                action.accept(new ObjectSummary(key, object.size(), S3Calls.time(object.lastModified())));
                return true;
            }
        }
    }

    private void fetchPage() {
        ListObjectsV2Response response =
                attempts.run("list '" + prefix + "'", limit -> calls.list(location.objectKey(prefix), next, limit));
        String token = Boolean.TRUE.equals(response.isTruncated()) ? response.nextContinuationToken() : null;
        if (token != null && token.equals(next)) {
            throw new StorageException(
                    "Cannot list '" + prefix + "' in " + location + ": the store gives the same page again and again",
                    Retry.CANNOT_HELP);
        }
        page.addAll(response.contents());
        next = token;
        ended = token == null;
    }
}
