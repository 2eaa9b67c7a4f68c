package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Lists page by page, the next one when the last has been consumed. Objects whose names are no keys are passed over. */
final class Listing extends Spliterators.AbstractSpliterator<ObjectSummary> {
    private final CloudProtocol protocol;
    private final Attempts attempts;
    private final CloudErrors errors;
    private final String prefix;
    private final Deque<ObjectSummary> page = new ArrayDeque<>();

    private Optional<String> next = Optional.empty();
    private boolean ended;

    private Listing(CloudProtocol protocol, Attempts attempts, CloudErrors errors, String prefix) {
        super(Long.MAX_VALUE, Spliterator.DISTINCT | Spliterator.NONNULL);
        this.protocol = protocol;
        this.attempts = attempts;
        this.errors = errors;
        this.prefix = prefix;
    }

    static Stream<ObjectSummary> stream(CloudProtocol protocol, Attempts attempts, CloudErrors errors, String prefix) {
        return StreamSupport.stream(new Listing(protocol, attempts, errors, prefix), false);
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
            ObjectSummary object = page.remove();
            if (ObjectKeys.isValid(object.key())) {
                action.accept(object);
                return true;
            }
        }
    }

    private void fetchPage() {
        ListedPage fetched = attempts.run("list '" + prefix + "'", limit -> protocol.list(prefix, next, limit));
        if (fetched.next().isPresent() && fetched.next().equals(next)) {
            throw new StorageException(
                    "Cannot list '" + prefix + "' in " + errors.where()
                            + ": the store gives the same page again and again",
                    Retry.CANNOT_HELP);
        }
        page.addAll(fetched.objects());
        next = fetched.next();
        ended = next.isEmpty();
    }
}
