package io.icestream.engine.storage.cloud;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Reads the body of a reply that is no content: a message, a description, a page of a listing. Bounded. */
final class ReplyBody implements BodySubscriber<byte[]> {
    private static final int LARGEST_BYTES = 64 << 20;

    private final Progress progress;
    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private Flow.@Nullable Subscription subscription;

    ReplyBody(Progress progress) {
        this.progress = progress;
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
        for (ByteBuffer buffer : buffers) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            read.writeBytes(bytes);
        }
        if (read.size() > LARGEST_BYTES && subscription != null) {
            subscription.cancel();
            result.completeExceptionally(new IOException("the reply has more than " + LARGEST_BYTES + " bytes"));
        }
    }

    @Override
    public void onError(Throwable failure) {
        result.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        result.complete(read.toByteArray());
    }
}
