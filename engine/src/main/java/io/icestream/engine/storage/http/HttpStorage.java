package io.icestream.engine.storage.http;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.ReadOnlyStorage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.StoredObject;
import io.icestream.engine.storage.http.HttpCalls.Reply;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Objects that a web server hands out, read only: each key is the path of a file below one address. Thread-safe.
 *
 * <p><b>Versions</b> are ETags where the server has strong ones. Weak ETags and times do not tell any two states apart, so
 * without a strong one the version is a hash of the content, and {@link #findIfChanged} has to fetch the object to compare.
 *
 * <p><b>Redirections</b> to other web addresses are followed, but not from an encrypted one to one that is not. The headers of
 * the options are sent to the server of the address only. A query of the address, such as an access signature, is sent with
 * every request and never shown.
 *
 * <p><b>Ranges</b> of a server that ignores them can be read only where they are whole objects.
 *
 * <p>Writing and listing end in a {@link io.icestream.engine.storage.ReadOnlyStorageException}. Failures that may pass are
 * repeated within {@link HttpLimits}. An absent {@code Last-Modified} is shown as 1970.
 */
public final class HttpStorage extends ReadOnlyStorage {
    private static final String HASH = "sha256:";
    private static final int LARGEST_OBJECT_BYTES = Integer.MAX_VALUE - 8;
    private static final String PLAIN =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@";

    private final String base;
    private final String query;
    private final String location;
    private final HttpReader reader;

    private HttpStorage(URI address, HttpOptions options) {
        super("an HTTP store");
        String text = address.toString();
        int end = text.indexOf('?');
        this.base = (end < 0 ? text : text.substring(0, end)).replaceAll("/+$", "");
        this.query = end < 0 ? "" : text.substring(end);
        this.location = HttpCalls.shown(URI.create(base));
        this.reader = HttpReader.open(options, HttpStorage::mayFollow);
    }

    /**
     * Opens a store. Cost: no request; whether the server is there shows with the first call.
     *
     * @param url address that keys are below, for example {@code https://data.example.org/weather}
     * @param options how the server is asked
     * @return the storage
     * @throws IllegalArgumentException if it is no web address
     */
    public static HttpStorage open(String url, HttpOptions options) {
        URI address;
        try {
            address = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Invalid address of an HTTP store: " + e.getMessage(), e);
        }
        if (!HttpCalls.isHttp(address) || address.getRawFragment() != null) {
            throw new IllegalArgumentException("Invalid address '" + HttpCalls.shown(address)
                    + "' of an HTTP store: one such as https://data.example.org/weather is needed");
        }
        return new HttpStorage(address, options);
    }

    private static boolean mayFollow(URI from, URI to) {
        return !"https".equalsIgnoreCase(from.getScheme()) || "https".equalsIgnoreCase(to.getScheme());
    }

    private URI url(String key) {
        StringBuilder url = new StringBuilder(base).append('/');
        for (byte b : ObjectKeys.requireValid(key).getBytes(StandardCharsets.UTF_8)) {
            if (b == '/' || PLAIN.indexOf(b) >= 0) {
                url.append((char) b);
            } else {
                url.append('%').append(HexFormat.of().withUpperCase().toHexDigits(b));
            }
        }
        return URI.create(url.append(query).toString());
    }

    private String named(String key) {
        return "'" + key + "' in " + location;
    }

    @Override
    public String location() {
        return location;
    }

    @Override
    public Optional<StoredObject> find(String key) {
        return find(key, Map.of()) instanceof ConditionalRead.Changed read
                ? Optional.of(read.object())
                : Optional.empty();
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        if (!known.token().startsWith(HASH)) {
            return find(key, Map.of("If-None-Match", known.token()));
        }
        ConditionalRead read = find(key, Map.of());
        return read instanceof ConditionalRead.Changed changed
                        && hash(changed.object().bytes()).equals(known)
                ? new ConditionalRead.Unchanged()
                : read;
    }

    private ConditionalRead find(String key, Map<String, String> headers) {
        URI url = url(key);
        String action = "read " + named(key);
        Reply reply = reader.attempts()
                .run(
                        action,
                        limit -> reader.calls()
                                .send(
                                        "GET",
                                        url,
                                        headers,
                                        info -> info.statusCode() == 200
                                                ? Body.growing(LARGEST_OBJECT_BYTES)
                                                : Body.none(),
                                        limit));
        return switch (reply.status()) {
            case 200 -> new ConditionalRead.Changed(object(action, reply));
            case 304 -> new ConditionalRead.Unchanged();
            case 404, 410 -> new ConditionalRead.Absent();
            default -> throw unexpected(action, reply);
        };
    }

    private static StoredObject object(String action, Reply reply) {
        ReplyHeaders.requireUncoded(action, reply);
        ByteBuffer content = reply.body().content();
        ObjectVersion version = ReplyHeaders.entityTag(reply)
                .filter(tag -> !tag.startsWith("W/"))
                .map(ObjectVersion::new)
                .orElseGet(() -> hash(content));
        return new StoredObject(content, version, time(reply));
    }

    private static ObjectVersion hash(ByteBuffer content) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(content.duplicate());
            return new ObjectVersion(HASH + HexFormat.of().formatHex(digest.digest()));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static Instant time(Reply reply) {
        return ReplyHeaders.lastModified(reply).orElse(Instant.EPOCH);
    }

    private static StorageException unexpected(String action, Reply reply) {
        return new StorageException(
                "Cannot " + action + ": the server answers with status " + reply.status(), Retry.CANNOT_HELP);
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        ByteRange range = new ByteRange(offset, length);
        if (length == 0) {
            long size = stat(key)
                    .orElseThrow(() -> range.objectNotFound(key, location))
                    .sizeBytes();
            range.requireWithin(size, key, location);
            return ByteBuffer.allocate(0).asReadOnlyBuffer();
        }
        return reader.fetchRange(url(key), named(key), key, range, ReadCondition.none())
                .orElseThrow(() -> new StorageException(
                        "Cannot read " + range + " of " + named(key)
                                + ": the server says that a condition does not hold, though none was sent",
                        Retry.CANNOT_HELP));
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        URI url = url(key);
        String action = "look at " + named(key);
        Reply reply = reader.attempts()
                .run(action, limit -> reader.calls().send("HEAD", url, Map.of(), info -> Body.none(), limit));
        return switch (reply.status()) {
            case 200 -> Optional.of(new ObjectSummary(key, length(action, reply), time(reply)));
            case 404, 410 -> Optional.empty();
            default -> throw unexpected(action, reply);
        };
    }

    private static long length(String action, Reply reply) {
        OptionalLong length = ReplyHeaders.length(reply.headers());
        return length.orElseThrow(() -> new StorageException(
                "Cannot " + action + ": the server does not say how long the object is", Retry.CANNOT_HELP));
    }

    @Override
    public void close() {
        reader.close();
    }
}
