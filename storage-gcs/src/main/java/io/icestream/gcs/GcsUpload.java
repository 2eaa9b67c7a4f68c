package io.icestream.gcs;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.HttpCall;
import io.icestream.engine.storage.cloud.HttpCalls;
import io.icestream.engine.storage.cloud.LargeUpload;
import io.icestream.engine.storage.cloud.Reply;
import java.net.URI;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * One resumable session: parts go one after the other, the last one makes the object. Bytes that are sent a second time
 * are ignored by the store, and of a session that is done it gives the object again, so every request can be repeated.
 * The address of the session is as good as a token, so none is sent along.
 */
final class GcsUpload implements LargeUpload {
    private static final int INCOMPLETE = 308;

    private final HttpCalls http;
    private final GcsFailures failures;
    private final URI session;
    private final ByteBuffer bytes;
    private final int partBytes;

    GcsUpload(HttpCalls http, GcsFailures failures, URI session, ByteBuffer bytes, int partBytes) {
        this.http = http;
        this.failures = failures;
        this.session = session;
        this.bytes = bytes;
        this.partBytes = partBytes;
    }

    /** All but the last, which is sent to complete it. */
    @Override
    public int parts() {
        return (bytes.limit() - 1) / partBytes;
    }

    @Override
    public boolean isParallel() {
        return false;
    }

    @Override
    public void send(int part, Duration limit) {
        int start = part * partBytes;
        sendUntilTaken(CloudOperation.UPLOAD_PART, start, start + partBytes, limit);
    }

    @Override
    public ObjectVersion complete(Duration limit) {
        Reply reply = sendUntilTaken(CloudOperation.COMPLETE_UPLOAD, parts() * partBytes, bytes.limit(), limit);
        if (!reply.isSuccess()) {
            throw GcsFailures.stranger(reply, "object after the last part");
        }
        return GcsCalls.version(reply, GcsFailures.json(reply));
    }

    /** The store may take the beginning of what is sent only, and says so. */
    private Reply sendUntilTaken(CloudOperation operation, int start, int end, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        int from = start;
        while (true) {
            HttpCall call = HttpCall.of(operation, "PUT", session)
                    .header("Content-Range", "bytes " + from + "-" + (end - 1) + "/" + bytes.limit())
                    .content(bytes.slice(from, end - from));
            Reply reply = http.send(call, Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
            if (reply.isSuccess()) {
                return reply;
            }
            if (reply.status() != INCOMPLETE) {
                throw failures.ofSession(reply);
            }
            int taken = taken(reply);
            if (taken >= end) {
                return reply;
            }
            if (taken <= from) {
                throw FailedCall.of(FailedCall.Kind.NO_ANSWER, "the store has taken nothing of a part");
            }
            from = taken;
        }
    }

    /** How many bytes the store has, from {@code Range: bytes=0-99}; without the header, none. */
    private static int taken(Reply reply) {
        String range = reply.header("Range").orElse("-").strip();
        try {
            String last = range.substring(range.lastIndexOf('-') + 1);
            return last.isEmpty() ? 0 : Math.toIntExact(Long.parseLong(last) + 1);
        } catch (ArithmeticException | NumberFormatException e) {
            throw GcsFailures.stranger(reply, "usable header Range");
        }
    }

    /** The store answers 499, or 204. */
    @Override
    public void abort(Duration limit) {
        Reply reply = http.send(HttpCall.of(CloudOperation.ABORT_UPLOAD, "DELETE", session), limit);
        if (!reply.isSuccess() && reply.status() != 499) {
            throw failures.ofSession(reply);
        }
    }
}
