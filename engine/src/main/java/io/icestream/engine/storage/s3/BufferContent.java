package io.icestream.engine.storage.s3;

import java.io.InputStream;
import java.nio.ByteBuffer;
import software.amazon.awssdk.core.sync.RequestBody;

/** Reads a buffer without copying it as a whole; every attempt reads it anew. */
final class BufferContent extends InputStream {
    private final ByteBuffer rest;
    private int marked;

    private BufferContent(ByteBuffer rest) {
        this.rest = rest;
        this.marked = rest.position();
    }

    static RequestBody of(ByteBuffer bytes) {
        ByteBuffer content = bytes.slice();
        return RequestBody.fromContentProvider(
                () -> new BufferContent(content.duplicate()), content.remaining(), "application/octet-stream");
    }

    @Override
    public int read() {
        return rest.hasRemaining() ? rest.get() & 0xff : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
        if (length == 0) {
            return 0;
        }
        int count = Math.min(length, rest.remaining());
        rest.get(target, offset, count);
        return count == 0 ? -1 : count;
    }

    @Override
    public int available() {
        return rest.remaining();
    }

    @Override
    public boolean markSupported() {
        return true;
    }

    @Override
    public void mark(int limit) {
        marked = rest.position();
    }

    @Override
    public void reset() {
        rest.position(marked);
    }
}
