package io.icestream.engine.storage.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * Takes the payload of one reply, up to a number of bytes; what is longer ends it. Another thread may watch how it gets on.
 */
final class Body implements BodySubscriber<Body> {
    private final CompletableFuture<Body> done = new CompletableFuture<>();
    private final int offset;
    private final int limit;
    private final Overflow overflow;
    private byte[] bytes;
    private volatile int filled;
    private @Nullable Subscription subscription;

    /** What a payload that is too long means. */
    enum Overflow {
        /** An error: the reply is not what it should be. */
        FAILS,
        /** Nothing: no more is wanted. */
        CUT_OFF
    }

    /** The reply has more bytes than can be right. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException(int limit) {
            super("the reply has more than the " + limit + " bytes that were asked for");
        }
    }

    private Body(byte[] bytes, int offset, int limit, Overflow overflow) {
        this.bytes = bytes;
        this.offset = offset;
        this.limit = limit;
        this.overflow = overflow;
    }

    /** Fills a part of an array. */
    static Body into(byte[] target, int offset, int length) {
        return new Body(target, offset, length, Overflow.FAILS);
    }

    /** Grows as bytes come, whatever the reply announces. */
    static Body growing(int limit) {
        return new Body(new byte[Math.min(limit, 8192)], 0, limit, Overflow.FAILS);
    }

    /** Lets the payload go. */
    static Body none() {
        return new Body(new byte[0], 0, 0, Overflow.CUT_OFF);
    }

    /** How many bytes have come. */
    int filled() {
        return filled;
    }

    /** What has come, for a body that grows. */
    ByteBuffer content() {
        return ByteBuffer.wrap(bytes, 0, filled).slice().asReadOnlyBuffer();
    }

    @Override
    public CompletionStage<Body> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        this.subscription = subscription;
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> items) {
        for (ByteBuffer item : items) {
            if (item.remaining() > limit - filled) {
                end();
                return;
            }
            int count = item.remaining();
            reserve(offset + filled + count);
            item.get(bytes, offset + filled, count);
            // Only this thread writes it.
            int sum = filled + count;
            filled = sum;
        }
    }

    private void reserve(int size) {
        if (size > bytes.length) {
            int larger = (int) Math.min(limit, Math.max(size, 2L * bytes.length));
            bytes = java.util.Arrays.copyOf(bytes, larger);
        }
    }

    private void end() {
        if (subscription != null) {
            subscription.cancel();
        }
        if (overflow == Overflow.FAILS) {
            done.completeExceptionally(new TooLongException(limit));
        } else {
            done.complete(this);
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(this);
    }
}
