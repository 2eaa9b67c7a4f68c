package io.icestream.engine.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What {@link S3TestServer} is to do wrong, and to which requests: those of one kind whose key ends with a text, from
 * the n-th on, so many times. Thread-safe.
 */
public final class S3Fault {
    private final S3Call call;
    private final String keyEnd;
    private final int first;
    private final int times;
    private final Effect effect;
    private final AtomicInteger seen = new AtomicInteger();

    private S3Fault(S3Call call, String keyEnd, int first, int times, Effect effect) {
        this.call = call;
        this.keyEnd = keyEnd;
        this.first = first;
        this.times = times;
        this.effect = effect;
    }

    /** What happens to a request. */
    sealed interface Effect {
        /** It is refused with an error. */
        record Reply(int status, String code) implements Effect {}

        /** The connection is closed without a reply, and nothing took effect. */
        record DropBefore() implements Effect {}

        /** The connection is closed without a reply, after the request took effect. */
        record DropAfter() implements Effect {}

        /** It takes effect, and an error is replied. */
        record ReplyAfter(int status, String code) implements Effect {}

        /** The reply breaks off after so many bytes of its body. */
        record Truncate(int bytes) implements Effect {}

        /** The reply carries an ETag that is not the object's. */
        record WrongEtag() implements Effect {}

        /** It takes effect; before the reply, something else happens. */
        record Meanwhile(Runnable action) implements Effect {}

        /** It waits. */
        record Hold(CountDownLatch until) implements Effect {}
    }

    /** The first request of a kind, whatever its key. */
    public static S3Fault on(S3Call call) {
        return new S3Fault(call, "", 1, 1, new Effect.DropBefore());
    }

    /** Only requests whose key ends with a text. */
    public S3Fault key(String end) {
        return new S3Fault(call, end, first, times, effect);
    }

    /** Not from the first matching request on, but from a later one; 1 is the first. */
    public S3Fault from(int number) {
        return new S3Fault(call, keyEnd, number, times, effect);
    }

    /** So many matching requests in a row. */
    public S3Fault times(int number) {
        return new S3Fault(call, keyEnd, first, number, effect);
    }

    /** Every matching request from the first one on. */
    public S3Fault always() {
        return times(Integer.MAX_VALUE);
    }

    /** Refuses with an error. */
    public S3Fault reply(int status, String code) {
        return with(new Effect.Reply(status, code));
    }

    /** Takes effect, then replies with an error. */
    public S3Fault replyAfter(int status, String code) {
        return with(new Effect.ReplyAfter(status, code));
    }

    /** Closes the connection; nothing took effect. */
    public S3Fault dropBefore() {
        return with(new Effect.DropBefore());
    }

    /** Takes effect, then closes the connection. */
    public S3Fault dropAfter() {
        return with(new Effect.DropAfter());
    }

    /** Takes effect, then does something, then closes the connection. */
    public S3Fault dropAfter(Runnable action) {
        return with(new Effect.Meanwhile(action));
    }

    /** Cuts the body of the reply. */
    public S3Fault truncate(int bytes) {
        return with(new Effect.Truncate(bytes));
    }

    /** Replies with another ETag. */
    public S3Fault wrongEtag() {
        return with(new Effect.WrongEtag());
    }

    /** Waits before doing anything. */
    public S3Fault hold(CountDownLatch until) {
        return with(new Effect.Hold(until));
    }

    private S3Fault with(Effect value) {
        return new S3Fault(call, keyEnd, first, times, value);
    }

    /** Counts a request, and tells whether it is one of those to fail. */
    boolean strikes(S3Call request, String key) {
        if (request != call || !key.endsWith(keyEnd)) {
            return false;
        }
        int number = seen.incrementAndGet();
        return number >= first && number - first < times;
    }

    Effect effect() {
        return effect;
    }
}
