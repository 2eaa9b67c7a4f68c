package io.icestream.engine.testing;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a {@link CloudTestServer} is to do wrong, and to which requests: those of one kind whose key ends with a text, from
 * the n-th on, so many times. Thread-safe.
 */
public final class CloudFault {
    private final CloudCall call;
    private final String keyEnd;
    private final int first;
    private final int times;
    private final Effect effect;
    private final AtomicInteger seen = new AtomicInteger();

    private CloudFault(CloudCall call, String keyEnd, int first, int times, Effect effect) {
        this.call = call;
        this.keyEnd = keyEnd;
        this.first = first;
        this.times = times;
        this.effect = effect;
    }

    /** What happens to a request. */
    sealed interface Effect {
        /** It is refused with an error. */
        record Reply(int status, String code, String text) implements Effect {}

        /** The connection is closed without a reply, and nothing took effect. */
        record DropBefore() implements Effect {}

        /** It takes effect, then something happens, then the connection is closed without a reply. */
        record DropAfter(Runnable action) implements Effect {}

        /** It takes effect, and an error is replied. */
        record ReplyAfter(int status, String code) implements Effect {}

        /** The reply breaks off after so many bytes of its body. */
        record Truncate(int bytes) implements Effect {}

        /** A byte of the reply's body is another. */
        record Damage() implements Effect {}

        /** The reply says a version that is not the object's. */
        record WrongVersion() implements Effect {}

        /** It waits. */
        record Hold(CountDownLatch until) implements Effect {}
    }

    /** The first request of a kind, whatever its key. */
    public static CloudFault on(CloudCall call) {
        return new CloudFault(call, "", 1, 1, new Effect.DropBefore());
    }

    /** Only requests whose key ends with a text. */
    public CloudFault key(String end) {
        return new CloudFault(call, end, first, times, effect);
    }

    /** Not from the first matching request on, but from a later one; 1 is the first. */
    public CloudFault from(int number) {
        return new CloudFault(call, keyEnd, number, times, effect);
    }

    /** So many matching requests in a row. */
    public CloudFault times(int number) {
        return new CloudFault(call, keyEnd, first, number, effect);
    }

    /** Every matching request from the first one on. */
    public CloudFault always() {
        return times(Integer.MAX_VALUE);
    }

    /** Refuses with an error, by the store's word for it. */
    public CloudFault reply(int status, String code) {
        return reply(status, code, "injected");
    }

    /** Refuses with an error, by the store's word for it and a sentence. */
    public CloudFault reply(int status, String code, String text) {
        return with(new Effect.Reply(status, code, text));
    }

    /** Takes effect, then replies with an error. */
    public CloudFault replyAfter(int status, String code) {
        return with(new Effect.ReplyAfter(status, code));
    }

    /** Closes the connection; nothing took effect. */
    public CloudFault dropBefore() {
        return with(new Effect.DropBefore());
    }

    /** Takes effect, then closes the connection. */
    public CloudFault dropAfter() {
        return dropAfter(() -> {});
    }

    /** Takes effect, then does something, then closes the connection. */
    public CloudFault dropAfter(Runnable action) {
        return with(new Effect.DropAfter(action));
    }

    /** Cuts the body of the reply. */
    public CloudFault truncate(int bytes) {
        return with(new Effect.Truncate(bytes));
    }

    /** Changes the body of the reply. */
    public CloudFault damage() {
        return with(new Effect.Damage());
    }

    /** Replies with another version. */
    public CloudFault wrongVersion() {
        return with(new Effect.WrongVersion());
    }

    /** Waits before doing anything. */
    public CloudFault hold(CountDownLatch until) {
        return with(new Effect.Hold(until));
    }

    private CloudFault with(Effect value) {
        return new CloudFault(call, keyEnd, first, times, value);
    }

    /** Counts a request, and tells whether it is one of those to fail. */
    boolean strikes(CloudCall request, String key) {
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
