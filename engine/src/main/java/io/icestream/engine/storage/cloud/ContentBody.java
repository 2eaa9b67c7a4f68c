package io.icestream.engine.storage.cloud;

import java.io.EOFException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the body of a reply into its place; what is beyond the place is not read, and the connection is closed. */
final class ContentBody implements BodySubscriber<byte[]> {
    private static final byte[] NOTHING = new byte[0];

    private final ByteBuffer place;
    private final int wanted;
    private final long announced;
    private final Progress progress;
    private final Counters counters;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;
    private volatile int done;

    ContentBody(ByteBuffer place, long announced, Progress progress, Counters counters) {
        this.place = place.duplicate();
        this.wanted = place.remaining();
        this.announced = announced;
        this.progress = progress;
        this.counters = counters;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return result;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        progress.moved();
        subscription = given;
        given.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        progress.moved();
        int before = place.remaining();
        for (ByteBuffer buffer : buffers) {
            int count = Math.min(buffer.remaining(), place.remaining());
            place.put(buffer.slice(buffer.position(), count));
        }
        done = wanted - place.remaining();
        counters.received(before - place.remaining());
        if (done == wanted && announced > done && subscription != null) {
            subscription.cancel();
            result.complete(NOTHING);
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        if (done < wanted) {
            result.completeExceptionally(new EOFException("it has fewer bytes than it announced"));
        } else {
            result.complete(NOTHING);
        }
    }

    /**
     * Says how far the reply came. The client may fail the exchange before it tells this object, so the exchange's
     * failure alone does not know.
     */
    FailedCall brokenOff(FailedCall failure) {
        return FailedCall.of(
                failure.kind(),
                "the reply broke off after " + done + " of " + wanted + " bytes: " + failure.getMessage(),
                failure);
    }
}
