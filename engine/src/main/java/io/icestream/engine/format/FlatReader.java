package io.icestream.engine.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a FlatBuffers buffer in place and trusts none of it: every offset, vtable and length is checked before it is
 * followed, each time.
 *
 * <p>Layout: bytes 0 to 3 hold the position of the root table, bytes 4 to 7 the file identifier, which is not looked
 * at. A table starts with the signed distance back to its vtable; the vtable holds its own length, the length of the
 * table, and per field the place in the table (u16 each, 0 for an absent field). Strings, vectors and tables are reached
 * through a u32 distance forward. All is little endian.
 *
 * <p>Because several fields may refer to one place, what a small buffer describes can be far larger than the buffer.
 * {@link #charge} keeps count of what was turned into values and stops when it is out of proportion.
 *
 * <p>Thread safety: reading in place is safe from any thread; {@link #charge} is for the one thread that decodes.
 */
final class FlatReader {
    static final VarHandle SHORT = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int MAX_REPETITION = 64;
    private static final long FREE_BUDGET_BYTES = 1 << 20;
    private static final long MAX_EXTRA_BUDGET_BYTES = 256 << 20;

    private final byte[] bytes;
    private final String object;
    private final SpecVersion version;
    private long budgetBytes;

    /**
     * @param bytes the whole buffer, not to be changed any more
     * @param object what to call it in errors
     */
    FlatReader(byte[] bytes, String object) {
        this(bytes, object, SpecVersion.DEFAULT);
    }

    /**
     * @param bytes the whole buffer, not to be changed any more
     * @param object what to call it in errors
     * @param version version of the file that the buffer was in
     */
    FlatReader(byte[] bytes, String object, SpecVersion version) {
        this.bytes = bytes;
        this.object = object;
        this.version = version;
        long extra = Math.min((MAX_REPETITION - 1L) * bytes.length + FREE_BUDGET_BYTES, MAX_EXTRA_BUDGET_BYTES);
        this.budgetBytes = bytes.length + extra;
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return bytes.length;
    }

    String object() {
        return object;
    }

    /** Version of the file that the buffer was in. */
    SpecVersion version() {
        return version;
    }

    FlatTable root() {
        return tableAt(follow(0));
    }

    FlatTable tableAt(int position) {
        long vtable = (long) position - i32(position);
        if (vtable < 0 || vtable + 4 > bytes.length) {
            throw corrupt(position, "a table whose vtable lies in the " + bytes.length + " bytes", "one at " + vtable);
        }
        int vtableLength = u16((int) vtable);
        int tableLength = u16((int) vtable + 2);
        if (vtableLength < 4 || (vtableLength & 1) != 0 || vtable + vtableLength > bytes.length) {
            throw corrupt(vtable, "an even vtable length that fits the buffer", Integer.toString(vtableLength));
        }
        if (tableLength < 4 || (long) position + tableLength > bytes.length) {
            throw corrupt(vtable + 2, "a table length that fits the buffer", Integer.toString(tableLength));
        }
        return new FlatTable(this, position, (int) vtable, vtableLength, tableLength);
    }

    /** The place that the distance at {@code position} leads to. */
    int follow(int position) {
        long target = position + u32(position);
        if (target > bytes.length - 4L) {
            throw corrupt(position, "an offset into the " + bytes.length + " bytes", "one to " + target);
        }
        return (int) target;
    }

    /** The vector whose length stands at {@code position}. */
    FlatVector vectorAt(int position, int elementSizeBytes) {
        long length = u32(position);
        if (length * elementSizeBytes > bytes.length - 4L - position) {
            throw corrupt(
                    position,
                    "a vector that ends within the " + bytes.length + " bytes",
                    length + " elements of " + elementSizeBytes + " bytes");
        }
        return new FlatVector(this, position + 4, (int) length, elementSizeBytes);
    }

    String stringAt(int position) {
        FlatVector content = vectorAt(position, 1);
        charge(content.length(), position);
        return text(content.start(), content.length());
    }

    /** Decodes UTF-8; anything malformed is an error. */
    String text(int start, int length) {
        checkRange(start, length);
        for (int i = start; i < start + length; i++) {
            if (bytes[i] < 0) {
                return textBeyondAscii(start, length);
            }
        }
        return new String(bytes, start, length, StandardCharsets.ISO_8859_1);
    }

    private String textBeyondAscii(int start, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        } catch (CharacterCodingException e) {
            CorruptObjectException corrupt = corrupt(start, "UTF-8", "other bytes");
            corrupt.addSuppressed(e);
            throw corrupt;
        }
    }

    byte[] copy(int start, int length) {
        checkRange(start, length);
        charge(length, start);
        return Arrays.copyOfRange(bytes, start, start + length);
    }

    int u8(int position) {
        checkRange(position, 1);
        return bytes[position] & 0xFF;
    }

    int u16(int position) {
        checkRange(position, 2);
        return (short) SHORT.get(bytes, position) & 0xFFFF;
    }

    int i32(int position) {
        checkRange(position, 4);
        return (int) INT.get(bytes, position);
    }

    long u32(int position) {
        return Integer.toUnsignedLong(i32(position));
    }

    long i64(int position) {
        checkRange(position, 8);
        return (long) LONG.get(bytes, position);
    }

    /** An unsigned 64-bit number that must fit 63 bits, which is more than any size or time can be. */
    long u63(int position) {
        long value = i64(position);
        if (value < 0) {
            throw corrupt(position, "a number below 2^63", Long.toUnsignedString(value));
        }
        return value;
    }

    /** Eight bytes as a big-endian number, as ids are kept. */
    long bigEndian64(int position) {
        return Long.reverseBytes(i64(position));
    }

    /** Four bytes as a big-endian number, as ids are kept. */
    int bigEndian32(int position) {
        return Integer.reverseBytes(i32(position));
    }

    SnapshotId snapshotId(int position) {
        return new SnapshotId(bigEndian64(position), bigEndian32(position + 8));
    }

    ManifestId manifestId(int position) {
        return new ManifestId(bigEndian64(position), bigEndian32(position + 8));
    }

    NodeId nodeId(int position) {
        return new NodeId(bigEndian64(position));
    }

    /** Counts bytes that become values. */
    void charge(long sizeBytes, int position) {
        budgetBytes -= sizeBytes;
        if (budgetBytes < 0) {
            throw corrupt(
                    position,
                    "contents in proportion to the " + bytes.length + " bytes",
                    "so many references to the same places that the contents are many times larger");
        }
    }

    private void checkRange(int position, int length) {
        if ((position | length) < 0 || position > bytes.length - length) {
            throw corrupt(position, length + " more bytes", "the end at " + bytes.length);
        }
    }

    CorruptObjectException corrupt(long position, String expected, @Nullable String found) {
        return new CorruptObjectException(object, position, expected, String.valueOf(found));
    }

    /** Says that values of the file do not fit together. */
    CorruptObjectException invalid(IllegalArgumentException cause) {
        CorruptObjectException corrupt = corrupt(0, "contents that fit together", cause.getMessage());
        corrupt.addSuppressed(cause);
        return corrupt;
    }
}
