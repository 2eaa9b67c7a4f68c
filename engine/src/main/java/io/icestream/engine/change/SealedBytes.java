package io.icestream.engine.change;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.UnsupportedFormatException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * An envelope for what one process hands to another: magic {@code ICSF}, version u8, kind u8, body, and the CRC-32C of all
 * before it, i32. What was cut or changed under way is refused before anything of it is believed.
 */
public final class SealedBytes {
    private static final byte[] MAGIC = {'I', 'C', 'S', 'F'};
    private static final int VERSION = 1;
    private static final int HEADER_BYTES = MAGIC.length + 2;
    private static final int CHECKSUM_BYTES = 4;

    private SealedBytes() {}

    /** Writes a body. */
    @FunctionalInterface
    public interface Writer {
        /**
         * Writes the body.
         *
         * @param out where
         * @throws IOException never, in practice
         */
        void write(DataOutput out) throws IOException;
    }

    /**
     * Reads a body.
     *
     * @param <T> what it is
     */
    @FunctionalInterface
    public interface Reader<T> {
        /**
         * Reads the body.
         *
         * @param in where from
         * @return what it says
         * @throws IOException if it ends early or says what cannot be
         */
        T read(DataInput in) throws IOException;
    }

    /**
     * Puts a body into an envelope.
     *
     * @param kind what the body is, from 0 to 255
     * @param body writes it
     * @return the bytes to send
     */
    public static Bytes seal(int kind, Writer body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        try {
            out.write(MAGIC);
            out.writeByte(VERSION);
            out.writeByte(kind);
            body.write(out);
            byte[] content = bytes.toByteArray();
            out.writeInt(checksum(content, content.length));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot write to memory", e);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    /**
     * Takes a body out of its envelope.
     *
     * @param sealed the bytes that were sent
     * @param kind what the body must be
     * @param object what to call it in errors
     * @param body reads it
     * @param <T> what it is
     * @return what it says
     * @throws CorruptObjectException if the bytes are not those that were sealed, or are of another kind
     * @throws UnsupportedFormatException if they were sealed by another version
     */
    public static <T> T open(Bytes sealed, int kind, String object, Reader<T> body) {
        byte[] bytes = sealed.toByteArray();
        check(bytes, kind, object);
        int length = bytes.length - HEADER_BYTES - CHECKSUM_BYTES;
        ByteArrayInputStream content = new ByteArrayInputStream(bytes, HEADER_BYTES, length);
        try {
            T value = body.read(new DataInputStream(content));
            if (content.available() > 0) {
                throw new IOException(content.available() + " bytes more");
            }
            return value;
        } catch (IOException | IllegalArgumentException e) {
            throw corrupt(
                    object, bytes.length - CHECKSUM_BYTES - content.available(), "a body of its kind", e.toString(), e);
        }
    }

    private static void check(byte[] bytes, int kind, String object) {
        if (bytes.length < HEADER_BYTES + CHECKSUM_BYTES
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new CorruptObjectException(object, 0, "an envelope that begins with ICSF", bytes.length + " bytes");
        }
        int end = bytes.length - CHECKSUM_BYTES;
        int stored = ByteBuffer.wrap(bytes).getInt(end);
        int computed = checksum(bytes, end);
        if (stored != computed) {
            throw new CorruptObjectException(
                    object, end, "the checksum " + Integer.toHexString(computed), Integer.toHexString(stored));
        }
        if (bytes[MAGIC.length] != VERSION) {
            throw new UnsupportedFormatException(object, "version " + (bytes[MAGIC.length] & 0xFF));
        }
        if ((bytes[MAGIC.length + 1] & 0xFF) != kind) {
            throw new CorruptObjectException(
                    object, MAGIC.length + 1L, "kind " + kind, "kind " + (bytes[MAGIC.length + 1] & 0xFF));
        }
    }

    private static CorruptObjectException corrupt(
            String object, long position, String expected, String found, Throwable cause) {
        CorruptObjectException corrupt = new CorruptObjectException(object, position, expected, found);
        corrupt.addSuppressed(cause);
        return corrupt;
    }

    private static int checksum(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
