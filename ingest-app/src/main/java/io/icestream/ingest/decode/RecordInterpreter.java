package io.icestream.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.config.VariableSettings.CellType;
import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.slice.Row;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Runs a {@link Program} over the bytes of a record and keeps what it read. Nothing is allocated unless a record is rejected or its time
 * is a text of an unusual form.
 *
 * <p>Every length is checked before it is used, so that damaged bytes end in a {@link Rejection}; each turn of a loop reads at least one
 * byte, so that they end soon.
 */
final class RecordInterpreter {

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_DEPTH = 200;
    private static final byte[] NOTHING = {};

    private final ByteKeyTable stations;
    private final NumberRange[] ranges;
    private final Row row;
    private final byte[] digits = new byte[20];

    private byte[] bytes = NOTHING;
    private int position;
    private int mark;
    private int depth;

    private boolean timePresent;
    private boolean timeWhole;
    private long timeMicros;
    private boolean stationPresent;
    private int station;
    private @Nullable String unknownStation;
    private boolean versionPresent;
    private long version;

    RecordInterpreter(ByteKeyTable stations, List<VariableSettings> variables) {
        this.stations = stations;
        this.ranges = variables.stream()
                .map(VariableSettings::type)
                .map(NumberRange::of)
                .toArray(NumberRange[]::new);
        this.row = new Row(variables.size());
    }

    /**
     * What fits into a variable.
     *
     * @param type its type
     * @param least smallest integer, for integer types
     * @param greatest greatest integer, for integer types
     */
    private record NumberRange(CellType type, long least, long greatest) {

        static NumberRange of(CellType type) {
            return switch (type) {
                case INT8 -> new NumberRange(type, Byte.MIN_VALUE, Byte.MAX_VALUE);
                case INT16 -> new NumberRange(type, Short.MIN_VALUE, Short.MAX_VALUE);
                case INT32 -> new NumberRange(type, Integer.MIN_VALUE, Integer.MAX_VALUE);
                case UINT8 -> new NumberRange(type, 0, 0xFF);
                case UINT16 -> new NumberRange(type, 0, 0xFFFF);
                case UINT32 -> new NumberRange(type, 0, 0xFFFF_FFFFL);
                case INT64, FLOAT32, FLOAT64 -> new NumberRange(type, Long.MIN_VALUE, Long.MAX_VALUE);
            };
        }
    }

    /**
     * Reads one record.
     *
     * @param program program of its schema
     * @param value the framed value
     * @throws Rejection if the bytes are no record of the schema or hold a value that cannot be used
     */
    void run(Program program, byte[] value) {
        bytes = value;
        position = AvroWire.HEADER_BYTES;
        depth = 0;
        timePresent = false;
        timeWhole = true;
        stationPresent = false;
        versionPresent = false;
        unknownStation = null;
        row.clear();
        run(program, 0);
        if (position != bytes.length) {
            throw damaged((bytes.length - position) + " bytes follow the record");
        }
    }

    Row row() {
        return row;
    }

    boolean timePresent() {
        return timePresent;
    }

    /** {@return whether the time is whole microseconds} */
    boolean timeWhole() {
        return timeWhole;
    }

    long timeMicros() {
        return timeMicros;
    }

    /** {@return index of the station, or {@link ByteKeyTable#ABSENT} if it is not on the axis} */
    int station() {
        return stationPresent ? station : ByteKeyTable.ABSENT;
    }

    /** {@return the label that is not on the axis, or null if there is none} */
    @Nullable
    String unknownStation() {
        return unknownStation;
    }

    boolean versionPresent() {
        return versionPresent;
    }

    long version() {
        return version;
    }

    /** Runs the code from an index to the next return. One long switch, because it is the loop that every byte goes through. */
    private void run(Program program, int from) {
        int[] code = program.code().at;
        int at = from;
        while (true) {
            switch (code[at]) {
                case Program.RETURN -> {
                    return;
                }
                case Program.SKIP_NUMBER -> {
                    readLong();
                    at += 1;
                }
                case Program.SKIP_BYTES -> {
                    advance(code[at + 1]);
                    at += 2;
                }
                case Program.SKIP_TEXT -> {
                    skipText();
                    at += 1;
                }
                case Program.SKIP_ITEMS -> {
                    skipItems(program, at + 2);
                    at = code[at + 1];
                }
                case Program.UNION -> at = code[at + 2 + readBranch(code[at + 1])];
                case Program.JUMP -> at = code[at + 1];
                case Program.CALL -> {
                    call(program, code[at + 1]);
                    at += 2;
                }
                case Program.MAP -> {
                    readMap(program, code[at + 1], code[at + 2]);
                    at = code[at + 3];
                }
                case Program.MARK -> {
                    mark = position;
                    at += 1;
                }
                case Program.REWIND -> {
                    position = mark;
                    at += 1;
                }
                case Program.REJECT ->
                    throw new Rejection(Reason.VALUE, program.texts().get(code[at + 1]));
                case Program.CLEAR_TIME -> {
                    timePresent = false;
                    at += 1;
                }
                case Program.CLEAR_STATION -> {
                    stationPresent = false;
                    unknownStation = null;
                    at += 1;
                }
                case Program.CLEAR_VERSION -> {
                    versionPresent = false;
                    at += 1;
                }
                case Program.CLEAR_VARIABLE -> {
                    row.unset(code[at + 1]);
                    at += 2;
                }
                case Program.VARIABLE_BOOLEAN -> {
                    setInteger(code[at + 1], readBoolean());
                    at += 2;
                }
                case Program.VARIABLE_INT -> {
                    setInteger(code[at + 1], readInt());
                    at += 2;
                }
                case Program.VARIABLE_LONG -> {
                    setInteger(code[at + 1], readLong());
                    at += 2;
                }
                case Program.VARIABLE_FLOAT -> {
                    setFloat(code[at + 1], readFloatBits());
                    at += 2;
                }
                case Program.VARIABLE_DOUBLE -> {
                    setDouble(code[at + 1], readDoubleBits());
                    at += 2;
                }
                case Program.TIME_INT -> {
                    setTime(readInt(), TimeScale.of(code[at + 1]));
                    at += 2;
                }
                case Program.TIME_LONG -> {
                    setTime(readLong(), TimeScale.of(code[at + 1]));
                    at += 2;
                }
                case Program.TIME_FLOAT -> {
                    setTime(Float.intBitsToFloat(readFloatBits()), TimeScale.of(code[at + 1]));
                    at += 2;
                }
                case Program.TIME_DOUBLE -> {
                    setTime(Double.longBitsToDouble(readDoubleBits()), TimeScale.of(code[at + 1]));
                    at += 2;
                }
                case Program.TIME_TEXT -> {
                    readTimeText();
                    at += 1;
                }
                case Program.STATION_TEXT -> {
                    int length = readLength();
                    setStation(bytes, position, length);
                    position += length;
                    at += 1;
                }
                case Program.STATION_ENUM -> {
                    readStationEnum(program.enums().get(code[at + 1]).at);
                    at += 2;
                }
                case Program.STATION_INT -> {
                    setStation(readInt());
                    at += 1;
                }
                case Program.STATION_LONG -> {
                    setStation(readLong());
                    at += 1;
                }
                case Program.VERSION_INT -> {
                    setVersion(readInt(), TimeScale.MICROS);
                    at += 1;
                }
                case Program.VERSION_LONG -> {
                    setVersion(readLong(), TimeScale.of(code[at + 1]));
                    at += 2;
                }
                default -> throw new IllegalStateException("No such operation: " + code[at]);
            }
        }
    }

    private void call(Program program, int body) {
        if (++depth > MAX_DEPTH) {
            throw damaged("records are nested deeper than " + MAX_DEPTH);
        }
        run(program, body);
        depth--;
    }

    private void skipItems(Program program, int body) {
        boolean empty = program.code().at[body] == Program.RETURN;
        for (long count = readLong(); count != 0; count = readLong()) {
            if (count < 0) {
                skipText();
            } else if (!empty) {
                for (long i = 0; i < count; i++) {
                    call(program, body);
                }
            }
        }
    }

    private void readMap(Program program, int number, int otherBody) {
        ByteKeyTable keys = program.maps().get(number);
        int[] bodies = program.entries().get(number).at;
        for (long count = readLong(); count != 0; count = readLong()) {
            if (count < 0) {
                readLength();
                count = -count;
            }
            if (count < 0) {
                throw damaged("a map has " + count + " entries");
            }
            for (long i = 0; i < count; i++) {
                int length = readLength();
                int key = keys.find(bytes, position, length);
                position += length;
                call(program, key == ByteKeyTable.ABSENT ? otherBody : bodies[key]);
            }
        }
    }

    private int readBranch(int branches) {
        long branch = readLong();
        if (branch < 0 || branch >= branches) {
            throw damaged("branch " + branch + " of a union of " + branches);
        }
        return (int) branch;
    }

    private long readLong() {
        byte[] source = bytes;
        int at = position;
        int end = source.length;
        long zigzag = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw cut();
            }
            byte next = source[at++];
            zigzag |= (next & 0x7FL) << shift;
            if (next >= 0) {
                position = at;
                return zigzag >>> 1 ^ -(zigzag & 1);
            }
        }
        throw damaged("a number has more than 10 bytes");
    }

    private int readInt() {
        long number = readLong();
        if (number != (int) number) {
            throw damaged(number + " is no int");
        }
        return (int) number;
    }

    private int readBoolean() {
        int from = advance(1);
        if ((bytes[from] & ~1) != 0) {
            throw damaged(bytes[from] + " is no boolean");
        }
        return bytes[from];
    }

    private int readFloatBits() {
        return (int) INT.get(bytes, advance(4));
    }

    private long readDoubleBits() {
        return (long) LONG.get(bytes, advance(8));
    }

    /** Reads the length of something that lies in the bytes as a whole. */
    private int readLength() {
        long length = readLong();
        if (length < 0) {
            throw damaged("a length is negative: " + length);
        }
        if (length > bytes.length - position) {
            throw cut();
        }
        return (int) length;
    }

    private void skipText() {
        int length = readLength();
        position += length;
    }

    /** Moves on and returns where it was. */
    private int advance(int length) {
        int from = position;
        if (length > bytes.length - from) {
            throw cut();
        }
        position = from + length;
        return from;
    }

    private void setInteger(int variable, long value) {
        NumberRange range = ranges[variable];
        switch (range.type()) {
            case FLOAT64 -> row.set(variable, Double.doubleToRawLongBits((double) value));
            case FLOAT32 -> row.set(variable, Float.floatToRawIntBits((float) value));
            default -> {
                if (value < range.least() || value > range.greatest()) {
                    throw unfit(value, range);
                }
                row.set(variable, value);
            }
        }
    }

    private void setFloat(int variable, int bits) {
        NumberRange range = ranges[variable];
        switch (range.type()) {
            case FLOAT64 -> row.set(variable, Double.doubleToRawLongBits(Float.intBitsToFloat(bits)));
            case FLOAT32 -> row.set(variable, bits);
            default -> setWhole(variable, Float.intBitsToFloat(bits), range);
        }
    }

    private void setDouble(int variable, long bits) {
        NumberRange range = ranges[variable];
        switch (range.type()) {
            case FLOAT64 -> row.set(variable, bits);
            case FLOAT32 -> setNarrow(variable, Double.longBitsToDouble(bits), range);
            default -> setWhole(variable, Double.longBitsToDouble(bits), range);
        }
    }

    private void setNarrow(int variable, double value, NumberRange range) {
        float narrow = (float) value;
        if (Float.isInfinite(narrow) && !Double.isInfinite(value)) {
            throw unfit(value, range);
        }
        row.set(variable, Float.floatToRawIntBits(narrow));
    }

    private void setWhole(int variable, double value, NumberRange range) {
        boolean whole = value == Math.rint(value) && value >= -0x1p63 && value < 0x1p63;
        if (!whole || (long) value < range.least() || (long) value > range.greatest()) {
            throw unfit(value, range);
        }
        row.set(variable, (long) value);
    }

    private static Rejection unfit(Object value, NumberRange range) {
        return new Rejection(
                Reason.VALUE,
                value + " does not fit into " + range.type().name().toLowerCase(Locale.ROOT));
    }

    private void setTime(long number, TimeScale scale) {
        timePresent = true;
        timeMicros = number;
        timeWhole = true;
        if (scale.divisor != 1) {
            timeMicros = Math.floorDiv(number, scale.divisor);
            timeWhole = timeMicros * scale.divisor == number;
        } else if (scale.multiplier != 1) {
            timeMicros = number * scale.multiplier;
            if (Math.multiplyHigh(number, scale.multiplier) != timeMicros >> 63) {
                throw new Rejection(Reason.VALUE, "the time " + number + " is too far from 1970");
            }
        }
    }

    /** A double has no more than microseconds for the times that we live in, so it is rounded to them. */
    private void setTime(double number, TimeScale scale) {
        double micros = number * scale.multiplier / scale.divisor;
        if (!(Math.abs(micros) < 0x1p63)) {
            throw new Rejection(Reason.VALUE, "the time " + number + " is no instant");
        }
        timePresent = true;
        timeMicros = Math.round(micros);
        timeWhole = true;
    }

    private void readTimeText() {
        int length = readLength();
        timeMicros = InstantText.micros(bytes, position, length);
        timeWhole = true;
        if (timeMicros == InstantText.OTHER_FORM) {
            parseTime(text(bytes, position, length));
        }
        timePresent = true;
        position += length;
    }

    private void parseTime(String text) {
        try {
            OffsetDateTime time = OffsetDateTime.parse(text);
            timeMicros = ChronoUnit.MICROS.between(Instant.EPOCH, time.toInstant());
            timeWhole = time.getNano() % 1_000 == 0;
        } catch (DateTimeException | ArithmeticException e) {
            throw new Rejection(Reason.VALUE, "the time '" + text + "' is no instant in ISO 8601 with an offset or Z");
        }
    }

    private void readStationEnum(int[] stationOfSymbol) {
        long symbol = readLong();
        if (symbol < 0 || symbol >= stationOfSymbol.length) {
            throw damaged("symbol " + symbol + " of an enum of " + stationOfSymbol.length);
        }
        stationPresent = true;
        station = stationOfSymbol[(int) symbol];
        unknownStation = station == ByteKeyTable.ABSENT ? "symbol " + symbol : null;
    }

    private void setStation(long number) {
        long rest = number;
        int from = digits.length;
        do {
            digits[--from] = (byte) ('0' + Math.abs(rest % 10));
            rest /= 10;
        } while (rest != 0);
        if (number < 0) {
            digits[--from] = '-';
        }
        setStation(digits, from, digits.length - from);
    }

    private void setStation(byte[] source, int from, int length) {
        stationPresent = true;
        station = stations.find(source, from, length);
        unknownStation = station == ByteKeyTable.ABSENT ? text(source, from, length) : null;
    }

    private void setVersion(long number, TimeScale scale) {
        version = number * scale.multiplier;
        if (Math.multiplyHigh(number, scale.multiplier) != version >> 63) {
            throw new Rejection(Reason.VALUE, "the version " + number + " is too far from 1970");
        }
        versionPresent = true;
    }

    /** A text for a message: at most 100 bytes of it. */
    private static String text(byte[] source, int from, int length) {
        return new String(source, from, Math.min(length, 100), UTF_8);
    }

    private Rejection cut() {
        return damaged("the value ends within a field");
    }

    private Rejection damaged(String detail) {
        return new Rejection(Reason.DESERIALIZE, detail + ", at byte " + position + " of " + bytes.length);
    }
}
