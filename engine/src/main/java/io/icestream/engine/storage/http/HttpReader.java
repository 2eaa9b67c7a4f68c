package io.icestream.engine.storage.http;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.cloud.Parts;
import io.icestream.engine.storage.http.HttpCalls.Reply;
import java.net.URI;
import java.net.http.HttpResponse.ResponseInfo;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiPredicate;

/**
 * Reads ranges of objects on web servers, on condition that an object is still what it was. Repeats what may pass; reads
 * large ranges in parts at the same time, all of one version of the object. Thread-safe.
 *
 * <p>A condition is sent along ({@code If-Match}, {@code If-Unmodified-Since}) and compared with what the reply says
 * besides, because many servers ignore it; if the reply says nothing, that is an error and not taken for granted.
 */
public final class HttpReader implements AutoCloseable {
    private static final int MAX_RESTARTS = 10;

    private final HttpCalls calls;
    private final HttpAttempts attempts;
    private final int partBytes;
    private final Parts parts;

    private HttpReader(HttpOptions options, BiPredicate<URI, URI> mayFollow) {
        this.calls = new HttpCalls(options, mayFollow);
        this.attempts = new HttpAttempts(options);
        this.partBytes = options.limits().partBytes();
        this.parts = new Parts(options.limits().parallelism(), "the web");
    }

    /**
     * Opens a reader. Cost: no request.
     *
     * @param options how servers are asked
     * @param mayFollow whether to follow a redirection from the first address to the second one
     * @return the reader
     */
    public static HttpReader open(HttpOptions options, BiPredicate<URI, URI> mayFollow) {
        return new HttpReader(options, mayFollow);
    }

    HttpCalls calls() {
        return calls;
    }

    HttpAttempts attempts() {
        return attempts;
    }

    /** One part of a range, and where it goes. */
    private static final class Part {
        private final URI url;
        private final String name;
        private final ByteRange whole;
        private final long first;
        private final byte[] target;
        private final int at;
        private final int length;

        Part(URI url, String name, ByteRange whole, byte[] target, int at, int length) {
            this.url = url;
            this.name = name;
            this.whole = whole;
            this.first = whole.offset() + at;
            this.target = target;
            this.at = at;
            this.length = length;
        }

        String action() {
            return "read " + whole + " of " + name;
        }

        boolean isAll() {
            return length == target.length;
        }

        StorageException failure(String why) {
            return new StorageException("Cannot " + action() + ": " + why, Retry.CANNOT_HELP);
        }
    }

    /** Which state of the object a part is of. */
    private record State(Optional<String> entityTag, Optional<Instant> lastModified, OptionalLong sizeBytes) {}

    /**
     * Reads a range. Cost: one request per part of the range.
     *
     * @param url address of the object
     * @param range which bytes, at least one
     * @param condition what must hold of the object
     * @return exactly those bytes, read-only, all of one version of the object as far as the server tells versions apart;
     *     or empty if the condition does not hold
     * @throws ObjectNotFoundException if there is no such object
     * @throws StorageException if the object ends before the range, the server does not answer with the range or does not
     *     say what the condition needs, or it does not work
     */
    public Optional<ByteBuffer> fetchRange(URI url, ByteRange range, ReadCondition condition) {
        return fetchRange(url, "'" + HttpCalls.shown(url) + "'", url.toString(), range, condition);
    }

    /** Reads a range of what is called by a name in messages, and by a key in exceptions. */
    Optional<ByteBuffer> fetchRange(URI url, String name, String key, ByteRange range, ReadCondition condition) {
        byte[] target = new byte[(int) range.length()];
        List<Part> cut = cut(url, name, range, target);
        for (int restart = 0; restart < MAX_RESTARTS; restart++) {
            List<Optional<State>> states = cut.size() == 1
                    ? List.of(fetch(cut.get(0), key, condition))
                    : parts.map(cut, part -> fetch(part, key, condition));
            if (states.stream().anyMatch(Optional::isEmpty)) {
                return Optional.empty();
            }
            if (states.stream().distinct().count() == 1) {
                return Optional.of(ByteBuffer.wrap(target).asReadOnlyBuffer());
            }
        }
        throw new StorageException(
                "Cannot read " + range + " of " + name + ": it was replaced during each of " + MAX_RESTARTS
                        + " attempts to read it in parts",
                Retry.CAN_HELP);
    }

    private List<Part> cut(URI url, String name, ByteRange range, byte[] target) {
        List<Part> cut = new ArrayList<>();
        for (int at = 0; at < target.length; at += Math.min(partBytes, target.length - at)) {
            int length = Math.min(partBytes, target.length - at);
            cut.add(new Part(url, name, range, target, at, length));
        }
        return cut;
    }

    private Optional<State> fetch(Part part, String key, ReadCondition condition) {
        Map<String, String> headers = new TreeMap<>();
        headers.put("Range", "bytes=" + part.first + "-" + (part.first + part.length - 1));
        if (condition instanceof ReadCondition.EntityTag tag && !tag.tag().startsWith("W/")) {
            headers.put("If-Match", '"' + tag.bare() + '"');
        } else if (condition instanceof ReadCondition.UnmodifiedSince since) {
            headers.put("If-Unmodified-Since", ReplyHeaders.format(since.time()));
        }
        Reply reply = attempts.run(
                part.action(), limit -> calls.send("GET", part.url, headers, info -> body(part, info), limit));
        return switch (reply.status()) {
            case 200, 206 -> check(part, key, reply, condition);
            case 412 -> Optional.empty();
            case 416 -> throw outOfRange(part, key, reply);
            case 404, 410 -> throw absent(part.action(), key);
            default -> throw part.failure("the server answers with status " + reply.status());
        };
    }

    static ObjectNotFoundException absent(String action, String key) {
        return new ObjectNotFoundException(key, "Cannot " + action + ": there is no such object");
    }

    /** Payloads that are not the range are not even fetched. */
    private static Body body(Part part, ResponseInfo info) {
        boolean range = info.statusCode() == 206 && isWanted(part, info);
        boolean whole = info.statusCode() == 200 && mayBeWhole(part, ReplyHeaders.length(info.headers()));
        return range || whole ? Body.into(part.target, part.at, part.length) : Body.none();
    }

    private static boolean isWanted(Part part, ResponseInfo info) {
        return ReplyHeaders.range(info.headers())
                .filter(range -> range.first() == part.first && range.last() < part.first + part.length)
                .isPresent();
    }

    /** A server without ranges answers with the whole object, which may be just what is wanted. */
    private static boolean mayBeWhole(Part part, OptionalLong length) {
        return part.first == 0 && part.isAll() && length.orElse(part.length) <= part.length;
    }

    private Optional<State> check(Part part, String key, Reply reply, ReadCondition condition) {
        ReplyHeaders.requireUncoded(part.action(), reply);
        OptionalLong size = reply.status() == 206 ? sizeOfRange(part, reply) : sizeOfWhole(part, reply);
        size.ifPresent(bytes -> part.whole.requireWithin(bytes, key, HttpCalls.shown(part.url)));
        if (reply.body().filled() != part.length) {
            throw part.failure("the reply has " + reply.body().filled() + " of " + part.length
                    + " bytes; the server or a proxy cuts replies short");
        }
        Optional<String> tag = ReplyHeaders.entityTag(reply);
        Optional<Instant> time = ReplyHeaders.lastModified(reply);
        boolean holds = condition
                .holds(tag, time)
                .orElseThrow(() -> part.failure("it cannot be verified that the object is unchanged, because the"
                        + " server says neither its ETag nor its time as needed; drop the checksum, or"
                        + " use a server that does"));
        return holds ? Optional.of(new State(tag, time, size)) : Optional.empty();
    }

    private static OptionalLong sizeOfRange(Part part, Reply reply) {
        ReplyHeaders.ContentRange range = ReplyHeaders.range(reply.headers())
                .filter(given -> given.first() == part.first && given.last() < part.first + part.length)
                .orElseThrow(() -> part.failure("the server answers with another range ("
                        + reply.headers().firstValue("Content-Range").orElse("it does not say which") + ")"));
        return range.total();
    }

    private static OptionalLong sizeOfWhole(Part part, Reply reply) {
        OptionalLong length = ReplyHeaders.length(reply.headers());
        if (!mayBeWhole(part, length)) {
            throw part.failure("the server ignores ranges and answers with the whole object"
                    + (length.isPresent() ? " of " + length.getAsLong() + " bytes" : "")
                    + "; use a server that supports range requests");
        }
        return OptionalLong.of(reply.body().filled());
    }

    private StorageException outOfRange(Part part, String key, Reply reply) {
        OptionalLong size = ReplyHeaders.lengthOfRefusal(reply.headers());
        size.ifPresent(bytes -> part.whole.requireWithin(bytes, key, HttpCalls.shown(part.url)));
        return part.failure("the object ends before; it was cut short or replaced");
    }

    @Override
    public void close() {
        parts.close();
    }
}
