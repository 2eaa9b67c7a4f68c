package io.icestream.engine.storage.http;

import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadOnlyStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.storage.http.HttpCalls.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store whose place a web server tells by a redirection; read only and without credentials. Thread-safe.
 *
 * <p>The address is asked once, at the first read; redirections to plain web addresses are followed, at most ten, until one
 * leads to a store. What it leads to is kept until this storage is closed; a failure is not kept. Stores are:
 *
 * <ul>
 *   <li>{@code s3://BUCKET/PREFIX?region=NAME}, {@code tigris://BUCKET/PREFIX}, {@code r2://BUCKET/PREFIX?account_id=ID},
 *       read without signature; {@code endpoint}, {@code path-style} and {@code allow-http} may follow in the query
 *   <li>{@code http+icechunk://}, {@code https+icechunk://} or {@code +ic}: an {@link HttpStorage}
 *   <li>those of other schemes, {@code gs} and {@code gcs} for instance, for which the caller brings an opener
 * </ul>
 *
 * <p>Source: reference implementation 2.3, redirect storage.
 */
public final class RedirectStorage extends ReadOnlyStorage {
    private static final int MAX_REDIRECTIONS = 10;

    private final URI address;
    private final HttpOptions options;
    private final HttpCalls calls;
    private final HttpAttempts attempts;
    private final Map<String, Function<String, Storage>> openers;
    private volatile @Nullable Storage target;

    private RedirectStorage(URI address, HttpOptions options, Map<String, Function<String, Storage>> openers) {
        super("a redirected store");
        this.address = address;
        this.options = options;
        this.calls = new HttpCalls(options, (from, to) -> false);
        this.attempts = new HttpAttempts(options);
        this.openers = openers;
    }

    /**
     * Opens a store. Cost: no request.
     *
     * @param url web address that answers with a redirection
     * @param options how web servers are asked, the one at the end included; headers go to the first one only
     * @param openers by scheme in lower case, what opens stores that are not known here; they get the whole URL
     * @return the storage
     * @throws IllegalArgumentException if it is no web address
     */
    public static RedirectStorage open(
            String url, HttpOptions options, Map<String, Function<String, Storage>> openers) {
        URI address = URI.create(url);
        if (!HttpCalls.isHttp(address)) {
            throw new IllegalArgumentException("Invalid address '" + HttpCalls.shown(address)
                    + "' of a redirected store: one such as https://data.example.org/weather is needed");
        }
        Map<String, Function<String, Storage>> all = new TreeMap<>(RedirectTargets.openers(options));
        all.putAll(openers);
        return new RedirectStorage(address, options, all);
    }

    /** Two threads may ask at the same time; one of the answers is kept. */
    private Storage target() {
        Storage present = target;
        return present == null ? keep(resolve()) : present;
    }

    private Storage keep(Storage found) {
        Storage kept;
        synchronized (this) {
            kept = target == null ? found : target;
            target = kept;
        }
        if (kept != found) {
            found.close();
        }
        return kept;
    }

    private Storage resolve() {
        URI from = address;
        for (int hop = 0; hop <= MAX_REDIRECTIONS; hop++) {
            String location = ask(from);
            String scheme = location.replaceFirst("(?s):.*", "").toLowerCase(Locale.ROOT);
            Function<String, Storage> opener = openers.get(scheme);
            if (opener != null) {
                return open(opener, location);
            }
            from = next(from, location);
        }
        throw failure("it redirects more than " + MAX_REDIRECTIONS + " times");
    }

    /** What the reply says as the place to go to. */
    private String ask(URI from) {
        HttpRequest request = from.equals(address) ? calls.plainGet(from) : calls.bareGet(from);
        Reply reply = attempts.run(
                "find out where " + HttpCalls.shown(address) + " leads",
                limit -> calls.sendOnce(request, info -> Body.none(), limit));
        if (!reply.isRedirection()) {
            throw failure("the server answers with status " + reply.status() + " and not with a redirection");
        }
        return reply.location();
    }

    private URI next(URI from, String location) {
        try {
            URI to = HttpCalls.resolve(from, location);
            if (HttpCalls.isHttp(to)) {
                return to;
            }
        } catch (IOException e) {
            throw failure(String.valueOf(e.getMessage()));
        }
        throw failure("it redirects to '" + location.replaceFirst("\\?.*", "")
                + "', which is no store that can be opened here; known are " + String.join(", ", openers.keySet()));
    }

    private Storage open(Function<String, Storage> opener, String location) {
        try {
            return opener.apply(location);
        } catch (IllegalArgumentException e) {
            StorageException failure = failure("it redirects to '" + location.replaceFirst("\\?.*", "")
                    + "', which cannot be opened: " + e.getMessage());
            failure.addSuppressed(e);
            throw failure;
        }
    }

    private StorageException failure(String why) {
        return new StorageException(
                "Cannot find out where " + HttpCalls.shown(address) + " leads: " + why, Retry.CANNOT_HELP);
    }

    @Override
    public String location() {
        Storage present = target;
        return present == null ? HttpCalls.shown(address) : present.location();
    }

    @Override
    public Optional<StoredObject> find(String key) {
        ObjectKeys.requireValid(key);
        return target().find(key);
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        ObjectKeys.requireValid(key);
        return target().findIfChanged(key, known);
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        ObjectKeys.requireValid(key);
        return target().fetchRange(key, offset, length);
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        ObjectKeys.requireValid(key);
        return target().stat(key);
    }

    @Override
    public void close() {
        Storage present = target;
        if (present != null) {
            present.close();
        }
    }

    @Override
    public String toString() {
        return "RedirectStorage at " + HttpCalls.shown(address) + ", " + options;
    }
}
