package io.icestream.ingest.decode;

import java.util.List;

/**
 * A compiled plan: how to go through the bytes of one writer's schema. {@link RecordInterpreter} runs it.
 *
 * <p>Each instruction is an operation and its operands; targets of jumps are indices into the code. A body of a loop, of a map entry or
 * of a recursive record ends with {@link #RETURN}.
 *
 * @param code the instructions; read only
 * @param maps keys of the maps that are looked into
 * @param entries for each of these maps and keys where the code of its value begins
 * @param enums for each enum that names stations the station of each symbol, or {@link ByteKeyTable#ABSENT}
 * @param texts what instructions have to say when they reject a record, and symbols of enums
 */
record Program(Code code, List<ByteKeyTable> maps, List<Code> entries, List<Code> enums, List<String> texts) {

    /** Ends a body, or the program. */
    static final int RETURN = 0;
    /** Skips an int, long or enum. */
    static final int SKIP_NUMBER = 1;
    /** Skips n bytes. Operand: n. */
    static final int SKIP_BYTES = 2;
    /** Skips a string or bytes. */
    static final int SKIP_TEXT = 3;
    /** Skips an array or map. Operand: where the code goes on; the body of an item follows. */
    static final int SKIP_ITEMS = 4;
    /** Reads the branch of a union. Operands: number of branches, then where the code of each begins. */
    static final int UNION = 5;
    /** Goes on elsewhere. Operand: where. */
    static final int JUMP = 6;
    /** Runs a body. Operand: where it begins. */
    static final int CALL = 7;
    /** Goes through a map. Operands: number of the map, body for other keys, where the code goes on. */
    static final int MAP = 8;
    /** Remembers the position, because a field has several uses. */
    static final int MARK = 9;
    /** Goes back to the remembered position. */
    static final int REWIND = 10;
    /** Rejects the record. Operand: text. */
    static final int REJECT = 11;

    /** A null: the target has no value. */
    static final int CLEAR_TIME = 12;

    static final int CLEAR_STATION = 13;
    static final int CLEAR_VERSION = 14;
    /** Operand of this and the next: variable. */
    static final int CLEAR_VARIABLE = 15;

    static final int VARIABLE_BOOLEAN = 16;
    static final int VARIABLE_INT = 17;
    static final int VARIABLE_LONG = 18;
    static final int VARIABLE_FLOAT = 19;
    static final int VARIABLE_DOUBLE = 20;

    /** Operand of this and the next: code of a {@link TimeScale}. */
    static final int TIME_INT = 21;

    static final int TIME_LONG = 22;
    static final int TIME_FLOAT = 23;
    static final int TIME_DOUBLE = 24;
    /** ISO 8601. */
    static final int TIME_TEXT = 25;

    static final int STATION_TEXT = 26;
    /** Operand: number of the enum. */
    static final int STATION_ENUM = 27;

    static final int STATION_INT = 28;
    static final int STATION_LONG = 29;

    static final int VERSION_INT = 30;
    /** Operand: code of a {@link TimeScale}; {@link TimeScale#MICROS} takes the number as it is. */
    static final int VERSION_LONG = 31;

    Program {
        maps = List.copyOf(maps);
        entries = List.copyOf(entries);
        enums = List.copyOf(enums);
        texts = List.copyOf(texts);
    }

    /** Numbers that are looked at and not written to. */
    static final class Code {
        final int[] at;

        Code(int... at) {
            this.at = at;
        }
    }
}
