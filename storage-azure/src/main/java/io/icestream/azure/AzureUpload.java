package io.icestream.azure;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.cloud.HttpCall;
import io.icestream.engine.storage.cloud.LargeUpload;
import io.icestream.engine.storage.cloud.Query;
import io.icestream.engine.storage.cloud.Write;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;

/**
 * Blocks, and the list that makes a blob of them. Blocks of all writers of one key lie in one place, so their names carry
 * the id of the write. Whoever completes first removes the blocks of the others, whose lists then name none that is there.
 */
final class AzureUpload implements LargeUpload {
    private final AzureCalls calls;
    private final Write write;
    private final int partBytes;

    AzureUpload(AzureCalls calls, Write write, int partBytes) {
        this.calls = calls;
        this.write = write;
        this.partBytes = partBytes;
    }

    @Override
    public int parts() {
        return (write.bytes().limit() + partBytes - 1) / partBytes;
    }

    @Override
    public boolean isParallel() {
        return true;
    }

    /** All names have one length, as the store wants it. */
    private String name(int part) {
        String text = write.id().orElseThrow() + "%06d".formatted(part);
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void send(int part, Duration limit) {
        int start = part * partBytes;
        ByteBuffer bytes =
                write.bytes().slice(start, Math.min(partBytes, write.bytes().limit() - start));
        Query query = new Query().add("comp", "block").add("blockid", name(part));
        HttpCall call = calls.block(write, query)
                .header("Content-Type", "application/octet-stream")
                .header("Content-MD5", Checksums.md5(bytes))
                .content(bytes);
        calls.send(call, query, limit);
    }

    @Override
    public ObjectVersion complete(Duration limit) {
        StringBuilder list = new StringBuilder("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>");
        for (int part = 0; part < parts(); part++) {
            list.append("<Latest>").append(name(part)).append("</Latest>");
        }
        ByteBuffer body = ByteBuffer.wrap(list.append("</BlockList>").toString().getBytes(StandardCharsets.UTF_8));
        Query query = new Query().add("comp", "blocklist");
        HttpCall call = calls.blockList(write, query)
                .header("Content-Type", "application/xml")
                .payload(List.of(body), 0);
        return AzureCalls.version(calls.send(call, query, limit));
    }

    /** Blocks cannot be removed; the store does that after a week, or when another upload of the key completes. */
    @Override
    public void abort(Duration limit) {}
}
