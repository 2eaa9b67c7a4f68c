package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.cloud.LargeUpload;
import io.icestream.engine.storage.cloud.Write;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.s3.model.CompletedPart;

/** A multipart upload. All parts but the last are of one size, which some stores insist on. Thread-safe. */
final class S3Upload implements LargeUpload {
    private final S3Calls calls;
    private final Write write;
    private final String id;
    private final int partBytes;
    private final AtomicReferenceArray<CompletedPart> sent;

    S3Upload(S3Calls calls, Write write, String id, int partBytes) {
        this.calls = calls;
        this.write = write;
        this.id = id;
        this.partBytes = partBytes;
        this.sent = new AtomicReferenceArray<>((write.bytes().limit() + partBytes - 1) / partBytes);
    }

    @Override
    public int parts() {
        return sent.length();
    }

    @Override
    public boolean isParallel() {
        return true;
    }

    @Override
    public void send(int part, Duration limit) {
        int start = part * partBytes;
        ByteBuffer bytes =
                write.bytes().slice(start, Math.min(partBytes, write.bytes().limit() - start));
        sent.set(part, calls.uploadPart(write.key(), id, part + 1, bytes, limit));
    }

    @Override
    public ObjectVersion complete(Duration limit) {
        List<CompletedPart> parts =
                IntStream.range(0, sent.length()).mapToObj(sent::get).toList();
        return calls.completeUpload(write, id, parts, limit);
    }

    @Override
    public void abort(Duration limit) {
        calls.abortUpload(write.key(), id, limit);
    }
}
