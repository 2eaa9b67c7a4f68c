package io.icestream.engine.storage.cloud;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of an object that one request reads.
 *
 * @param offset first byte
 * @param length number of bytes, at least one
 * @param targetOffset where they go in the buffer
 */
public record PartRange(long offset, int length, int targetOffset) {

    /**
     * @return the value of the header {@code Range}
     */
    public String header() {
        return "bytes=" + offset + "-" + (offset + length - 1);
    }

    /**
     * Gives the place for a reply, which is shorter than the range if the object is.
     *
     * @param target the buffer
     * @param length how many bytes the reply has
     * @return the place, from position to limit
     */
    public ByteBuffer placeIn(byte[] target, long length) {
        return ByteBuffer.wrap(target, targetOffset, (int) Math.min(this.length, length));
    }

    /**
     * Cuts a range.
     *
     * @param from first byte
     * @param length number of bytes
     * @param targetOffset where the first byte goes
     */
    static List<PartRange> cut(long from, int length, int targetOffset, int partBytes) {
        List<PartRange> parts = new ArrayList<>();
        for (int done = 0; done < length; done += Math.min(partBytes, length - done)) {
            parts.add(new PartRange(from + done, Math.min(partBytes, length - done), targetOffset + done));
        }
        return parts;
    }
}
