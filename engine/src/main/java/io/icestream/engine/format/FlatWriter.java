package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;

/**
 * Writes a FlatBuffers buffer from its end towards its start, as the format wants it: what is referred to is written
 * before what refers to it. Places are given as their distance from the end of the buffer.
 *
 * <p>Equal vtables are shared. Scalars that equal their default are left out, unless they are to be replaceable.
 * Belongs to one thread.
 */
final class FlatWriter {
    private static final int MAX_SIZE_BYTES = (Integer.MAX_VALUE - 64) & -8;
    private static final int MAX_FIELDS = 16;
    /** The largest alignment that the formats have. */
    private static final int GRAFT_ALIGNMENT = 8;

    private byte[] buffer;
    /** Position of the first byte written so far. */
    private int head;

    private int alignment = 1;
    private int[] vtables = new int[16];
    private int vtableCount;

    private final int[] fields = new int[MAX_FIELDS];
    private int fieldCount;
    private int tableEnd;

    FlatWriter(int expectedSizeBytes) {
        buffer = new byte[(Math.max(64, Math.min(MAX_SIZE_BYTES, expectedSizeBytes)) + 7) & -8];
        head = buffer.length;
    }

    /**
     * Takes over the end of another buffer as it is, before anything else is written. Places in it stay what they are,
     * moved by a few bytes where the alignment wants it. Its size, as that of every buffer made here, is a multiple of
     * eight, so that from then on they do not move at all.
     *
     * @param source the other buffer; all that is referred to from what is taken over lies in it, too
     * @param sizeBytes how many bytes at its end
     * @return by how much the places grow
     */
    int graft(byte[] source, int sizeBytes) {
        if (place() != 0) {
            throw new IllegalStateException("Something has been written already");
        }
        alignment = Math.max(alignment, GRAFT_ALIGNMENT);
        int padding = -source.length & (GRAFT_ALIGNMENT - 1);
        reserve(sizeBytes + padding);
        head -= sizeBytes + padding;
        System.arraycopy(source, source.length - sizeBytes, buffer, head, sizeBytes);
        return padding;
    }

    /**
     * Takes over a piece of another buffer as it is. Both buffers are such as are made here, whose size is a multiple of
     * eight.
     *
     * @param source the other buffer; all that is referred to from the piece lies in it, too
     * @param from the distance of the piece's end from that of the buffer
     * @param to the distance of its start
     * @return by how much the places grow
     */
    int graftPiece(byte[] source, int from, int to) {
        alignment = Math.max(alignment, GRAFT_ALIGNMENT);
        int padding = (from - place()) & (GRAFT_ALIGNMENT - 1);
        reserve(padding + to - from);
        Arrays.fill(buffer, head - padding, head, (byte) 0);
        head -= padding;
        int shift = place() - from;
        head -= to - from;
        System.arraycopy(source, source.length - to, buffer, head, to - from);
        return shift;
    }

    /** Ends the sharing of vtables that are written so far: what comes now refers to none of them. */
    void forgetVtables() {
        vtableCount = 0;
    }

    /** Lets tables share a vtable of the buffer that was taken over. */
    void shareVtable(int place) {
        remember(place);
    }

    /** Replaces four bytes that are written already. */
    void replaceInt(int place, int value) {
        FlatReader.INT.set(buffer, buffer.length - place, value);
    }

    /** Distance of the last byte written from the end. */
    int place() {
        return buffer.length - head;
    }

    // Strings and vectors

    int string(String text) {
        return utf8(encode(text));
    }

    /** A string from its UTF-8 bytes. */
    int utf8(byte[] text) {
        return utf8(text, 0, text.length);
    }

    int utf8(byte[] source, int start, int length) {
        align(4, length + 1);
        head--;
        buffer[head] = 0;
        return raw(source, start, length);
    }

    int bytes(Bytes content) {
        return bytes(content.array(), 0, content.size());
    }

    int bytes(byte[] source, int start, int length) {
        align(4, length);
        return raw(source, start, length);
    }

    private int raw(byte[] source, int start, int length) {
        head -= length;
        System.arraycopy(source, start, buffer, head, length);
        return vectorLength(length);
    }

    /** A vector of whatever lies at these places. */
    int offsets(int[] places, int count) {
        startVector(4, count, 4);
        for (int i = count - 1; i >= 0; i--) {
            pushOffset(places[i]);
        }
        return vectorLength(count);
    }

    int offsets(int[] places) {
        return offsets(places, places.length);
    }

    int u32s(int[] values) {
        startVector(4, values.length, 4);
        for (int i = values.length - 1; i >= 0; i--) {
            pushInt(values[i]);
        }
        return vectorLength(values.length);
    }

    /** Makes room for a vector, whose elements the caller then pushes, the last one first. */
    void startVector(int elementSizeBytes, int count, int elementAlignment) {
        long size = (long) elementSizeBytes * count;
        if (size > MAX_SIZE_BYTES) {
            throw tooLarge();
        }
        align(4, (int) size);
        align(elementAlignment, (int) size);
    }

    int vectorLength(int count) {
        pushInt(count);
        return place();
    }

    // Elements; the room must have been made

    void pushByte(int value) {
        reserve(1);
        head--;
        buffer[head] = (byte) value;
    }

    void pushShort(int value) {
        reserve(2);
        head -= 2;
        FlatReader.SHORT.set(buffer, head, (short) value);
    }

    void pushInt(int value) {
        reserve(4);
        head -= 4;
        FlatReader.INT.set(buffer, head, value);
    }

    void pushLong(long value) {
        reserve(8);
        head -= 8;
        FlatReader.LONG.set(buffer, head, value);
    }

    /** An id of twelve bytes, from big-endian numbers. */
    void pushId(long high, int low) {
        pushInt(Integer.reverseBytes(low));
        pushLong(Long.reverseBytes(high));
    }

    /** An id of eight bytes, from a big-endian number. */
    void pushId(long bits) {
        pushLong(Long.reverseBytes(bits));
    }

    private void pushOffset(int place) {
        pushInt(place() + 4 - place);
    }

    // Tables

    void startTable() {
        Arrays.fill(fields, 0);
        fieldCount = 0;
        tableEnd = place();
    }

    void u8(int id, int value, int absent) {
        if (value != absent) {
            align(1, 0);
            pushByte(value);
            slot(id);
        }
    }

    void u16(int id, int value) {
        if (value != 0) {
            align(2, 0);
            pushShort(value);
            slot(id);
        }
    }

    void u32(int id, int value) {
        if (value != 0) {
            align(4, 0);
            pushInt(value);
            slot(id);
        }
    }

    /** A number that is there even if it is the default, so that it can be replaced. */
    void replaceableU32(int id, int value) {
        align(4, 0);
        pushInt(value);
        slot(id);
    }

    void u64(int id, long value) {
        if (value != 0) {
            align(8, 0);
            pushLong(value);
            slot(id);
        }
    }

    void time(int id, Instant time) {
        u64(id, time.getEpochSecond() * 1_000_000 + time.getNano() / 1000);
    }

    /** A string, vector or table; a place of 0 stands for none. */
    void offset(int id, int place) {
        if (place != 0) {
            align(4, 0);
            pushOffset(place);
            slot(id);
        }
    }

    void id(int id, SnapshotId value) {
        id(id, value.high(), value.low());
    }

    void id(int id, long high, int low) {
        pushId(high, low);
        slot(id);
    }

    void id(int id, NodeId value) {
        pushId(value.bits());
        slot(id);
    }

    private void slot(int id) {
        fields[id] = place();
        fieldCount = Math.max(fieldCount, id + 1);
    }

    int endTable() {
        align(4, 0);
        pushInt(0);
        int table = place();
        int vtable = vtable(table);
        FlatReader.INT.set(buffer, buffer.length - table, vtable - table);
        return table;
    }

    /** Writes the vtable of the current table, unless there is an equal one; gives its place. */
    private int vtable(int table) {
        int length = 4 + 2 * fieldCount;
        for (int i = vtableCount - 1; i >= 0; i--) {
            if (isVtable(vtables[i], length, table)) {
                return vtables[i];
            }
        }
        for (int i = fieldCount - 1; i >= 0; i--) {
            pushShort(fields[i] == 0 ? 0 : table - fields[i]);
        }
        pushShort(table - tableEnd);
        pushShort(length);
        remember(place());
        return place();
    }

    private boolean isVtable(int place, int length, int table) {
        int at = buffer.length - place;
        if ((short) FlatReader.SHORT.get(buffer, at) != length
                || (short) FlatReader.SHORT.get(buffer, at + 2) != table - tableEnd) {
            return false;
        }
        for (int i = 0; i < fieldCount; i++) {
            int offset = fields[i] == 0 ? 0 : table - fields[i];
            if ((short) FlatReader.SHORT.get(buffer, at + 4 + 2 * i) != offset) {
                return false;
            }
        }
        return true;
    }

    private void remember(int vtable) {
        if (vtableCount == vtables.length) {
            vtables = Arrays.copyOf(vtables, 2 * vtables.length);
        }
        vtables[vtableCount++] = vtable;
    }

    /** Writes the head of the buffer; {@link #buffer()} from {@link #start()} on is then the finished buffer. */
    void finish(int root) {
        align(Math.max(alignment, 4), 8);
        pushByte('k');
        pushByte('h');
        pushByte('c');
        pushByte('I');
        pushOffset(root);
    }

    byte[] buffer() {
        return buffer;
    }

    int start() {
        return head;
    }

    // Room

    /** Makes what is written after {@code following} more bytes start at a multiple of {@code size}. */
    private void align(int size, int following) {
        alignment = Math.max(alignment, size);
        int padding = -(place() + following) & (size - 1);
        reserve(padding + following + 16);
        for (int i = 0; i < padding; i++) {
            head--;
            buffer[head] = 0;
        }
    }

    private void reserve(int sizeBytes) {
        if (head >= sizeBytes) {
            return;
        }
        long needed = (long) place() + sizeBytes;
        if (needed > MAX_SIZE_BYTES) {
            throw tooLarge();
        }
        int capacity = (int) Math.min(MAX_SIZE_BYTES, Math.max(needed, 2L * buffer.length) + 7) & -8;
        byte[] larger = new byte[capacity];
        System.arraycopy(buffer, head, larger, capacity - place(), place());
        head = capacity - place();
        buffer = larger;
    }

    private static IllegalArgumentException tooLarge() {
        return new IllegalArgumentException("Cannot encode an object of more than " + MAX_SIZE_BYTES
                + " bytes: the format cannot hold it; split it, or let snapshots expire");
    }

    static byte[] encode(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return encodeBeyondAscii(text);
            }
        }
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] encodeBeyondAscii(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] utf8 = new byte[encoded.remaining()];
            encoded.get(utf8);
            return utf8;
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("Cannot encode '" + text + "': it has half a surrogate pair", e);
        }
    }
}
