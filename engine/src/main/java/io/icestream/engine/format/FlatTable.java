package io.icestream.engine.format;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A table in a {@link FlatReader}; it and its vtable are known to lie in the buffer. Fields are named by their number
 * in the schema. An absent scalar is given as the default of the schema, all else that is absent as null.
 *
 * @param reader the buffer
 * @param position where the table starts
 * @param vtable where its vtable starts
 * @param vtableLength size of the vtable
 * @param tableLength size of the table
 */
record FlatTable(FlatReader reader, int position, int vtable, int vtableLength, int tableLength) {
    private static final int MICROS_PER_SECOND = 1_000_000;

    /** Position of a field of {@code sizeBytes}, or 0 if it is absent. */
    int field(int id, int sizeBytes) {
        int slot = 4 + 2 * id;
        if (slot + 2 > vtableLength) {
            return 0;
        }
        int offset = reader.u16(vtable + slot);
        if (offset == 0) {
            return 0;
        }
        if (offset < 4 || offset + sizeBytes > tableLength) {
            throw reader.corrupt(
                    vtable + slot,
                    "a field of " + sizeBytes + " bytes within the table of " + tableLength,
                    "one at " + offset);
        }
        return position + offset;
    }

    boolean has(int id) {
        return field(id, 0) != 0;
    }

    int u8(int id, int absent) {
        int at = field(id, 1);
        return at == 0 ? absent : reader.u8(at);
    }

    boolean bool(int id) {
        return u8(id, 0) != 0;
    }

    int u16(int id) {
        int at = field(id, 2);
        return at == 0 ? 0 : reader.u16(at);
    }

    int i32(int id) {
        int at = field(id, 4);
        return at == 0 ? 0 : reader.i32(at);
    }

    long u32(int id) {
        return Integer.toUnsignedLong(i32(id));
    }

    long u63(int id) {
        int at = field(id, 8);
        return at == 0 ? 0 : reader.u63(at);
    }

    /** Microseconds since the epoch. */
    Instant time(int id) {
        long micros = u63(id);
        return Instant.ofEpochSecond(micros / MICROS_PER_SECOND, micros % MICROS_PER_SECOND * 1000);
    }

    /** Position of a struct, or of a required one the error that it is absent. */
    int struct(int id, int sizeBytes, String name) {
        int at = field(id, sizeBytes);
        if (at == 0) {
            throw absent(name);
        }
        return at;
    }

    @Nullable
    String string(int id) {
        int at = field(id, 4);
        return at == 0 ? null : reader.stringAt(reader.follow(at));
    }

    String string(int id, String name) {
        String value = string(id);
        if (value == null) {
            throw absent(name);
        }
        return value;
    }

    @Nullable
    FlatVector vector(int id, int elementSizeBytes) {
        int at = field(id, 4);
        return at == 0 ? null : reader.vectorAt(reader.follow(at), elementSizeBytes);
    }

    FlatVector vector(int id, int elementSizeBytes, String name) {
        FlatVector vector = vector(id, elementSizeBytes);
        if (vector == null) {
            throw absent(name);
        }
        return vector;
    }

    @Nullable
    Bytes bytes(int id) {
        FlatVector vector = vector(id, 1);
        return vector == null ? null : vector.bytes();
    }

    @Nullable
    FlatTable table(int id) {
        int at = field(id, 4);
        return at == 0 ? null : reader.tableAt(reader.follow(at));
    }

    FlatTable table(int id, String name) {
        FlatTable table = table(id);
        if (table == null) {
            throw absent(name);
        }
        return table;
    }

    /** Counts this table as one that becomes a value. */
    FlatTable charged() {
        reader.charge(tableLength, position);
        return this;
    }

    CorruptObjectException absent(String name) {
        return reader.corrupt(position, "field " + name, "a table without it");
    }
}
