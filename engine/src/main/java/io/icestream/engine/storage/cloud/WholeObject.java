package io.icestream.engine.storage.cloud;

import java.nio.ByteBuffer;

/**
 * Where the content of an object goes that is read whole: a buffer for all of it, of which the first request fills in one
 * part. For one request.
 */
public final class WholeObject implements HttpCalls.ContentTarget {
    private static final int LARGEST_BYTES = Integer.MAX_VALUE - 8;

    private final int partBytes;
    private byte[] bytes = new byte[0];

    /**
     * @param partBytes how much the first request brings at most
     */
    public WholeObject(int partBytes) {
        this.partBytes = partBytes;
    }

    @Override
    public ByteBuffer placeFor(long length) {
        if (length > LARGEST_BYTES) {
            throw FailedCall.of(
                    FailedCall.Kind.FINAL, "the object has " + length + " bytes, more than one read can hold");
        }
        bytes = new byte[(int) length];
        return ByteBuffer.wrap(bytes, 0, filled());
    }

    private int filled() {
        return Math.min(bytes.length, partBytes);
    }

    /**
     * @return whether one part was all of it
     */
    public boolean isComplete() {
        return filled() == bytes.length;
    }

    /**
     * @return the content, as long as the object is
     */
    public byte[] bytes() {
        return bytes;
    }

    /**
     * @param object what the reply says of it
     * @return what the request has brought
     */
    public Download download(ObjectState object) {
        return new Download(ByteBuffer.wrap(bytes), filled(), object);
    }
}
