package io.icestream.ingest.decode;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.config.TimeAxis.TimeFormat;
import io.icestream.ingest.decode.FieldMapping.Target;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/** Emits the instruction that reads one mapped field. */
final class TargetCompiler {

    private final CodeBuffer code;
    private final ByteKeyTable stations;
    private final List<Program.Code> enums = new ArrayList<>();
    private TimeReading time = new TimeReading(TimeFormat.AUTO);

    TargetCompiler(CodeBuffer code, ByteKeyTable stations) {
        this.code = code;
        this.stations = stations;
    }

    void readTimeAs(TimeReading reading) {
        this.time = reading;
    }

    List<Program.Code> enums() {
        return enums;
    }

    void clear(Target target) {
        switch (target.role()) {
            case TIME -> code.emit(Program.CLEAR_TIME);
            case STATION -> code.emit(Program.CLEAR_STATION);
            case VERSION -> code.emit(Program.CLEAR_VERSION);
            case VARIABLE -> code.emit(Program.CLEAR_VARIABLE, target.variable());
        }
    }

    void read(Schema schema, Target target) {
        switch (target.role()) {
            case TIME -> time(schema, target);
            case STATION -> station(schema, target);
            case VERSION -> version(schema, target);
            case VARIABLE -> variable(schema, target);
        }
    }

    private void variable(Schema schema, Target target) {
        switch (schema.getType()) {
            case BOOLEAN -> code.emit(Program.VARIABLE_BOOLEAN, target.variable());
            case INT -> code.emit(Program.VARIABLE_INT, target.variable());
            case LONG -> code.emit(Program.VARIABLE_LONG, target.variable());
            case FLOAT -> code.emit(Program.VARIABLE_FLOAT, target.variable());
            case DOUBLE -> code.emit(Program.VARIABLE_DOUBLE, target.variable());
            default -> throw unusable(schema, target, "a number is needed");
        }
    }

    private void time(Schema schema, Target target) {
        switch (schema.getType()) {
            case INT -> code.emit(Program.TIME_INT, scale(schema, target));
            case LONG -> code.emit(Program.TIME_LONG, scale(schema, target));
            case FLOAT -> code.emit(Program.TIME_FLOAT, scale(schema, target));
            case DOUBLE -> code.emit(Program.TIME_DOUBLE, scale(schema, target));
            case STRING -> timeText(schema, target);
            default -> throw unusable(schema, target, "a number or a string is needed");
        }
    }

    private int scale(Schema schema, Target target) {
        return time.scaleOf(schema)
                .orElseThrow(() -> unusable(
                        schema,
                        target,
                        "its logical type does not say what it counts since 1970: set dataset.time.format to epoch-seconds,"
                                + " epoch-millis, epoch-micros or epoch-nanos"))
                .code;
    }

    private void timeText(Schema schema, Target target) {
        if (!time.readsText()) {
            throw unusable(schema, target, "dataset.time.format wants a number");
        }
        code.emit(Program.TIME_TEXT);
    }

    private void station(Schema schema, Target target) {
        switch (schema.getType()) {
            case STRING -> code.emit(Program.STATION_TEXT);
            case INT -> code.emit(Program.STATION_INT);
            case LONG -> code.emit(Program.STATION_LONG);
            case ENUM -> {
                enums.add(stationsOf(schema));
                code.emit(Program.STATION_ENUM, enums.size() - 1);
            }
            default -> throw unusable(schema, target, "a string, an enum or an integer is needed");
        }
    }

    private Program.Code stationsOf(Schema schema) {
        return new Program.Code(schema.getEnumSymbols().stream()
                .map(symbol -> symbol.getBytes(UTF_8))
                .mapToInt(symbol -> stations.find(symbol, 0, symbol.length))
                .toArray());
    }

    private void version(Schema schema, Target target) {
        switch (schema.getType()) {
            case INT -> code.emit(Program.VERSION_INT);
            case LONG -> {
                boolean millis = TimeReading.logicalScaleOf(schema)
                        .filter(scale -> scale == TimeScale.MILLIS)
                        .isPresent();
                code.emit(Program.VERSION_LONG, (millis ? TimeScale.MILLIS : TimeScale.MICROS).code);
            }
            default -> throw unusable(schema, target, "an integer is needed");
        }
    }

    private static UnmappedFieldException unusable(Schema schema, Target target, String need) {
        return new UnmappedFieldException("has " + kindOf(schema) + " as field '" + target.path() + "': " + need);
    }

    static String kindOf(Schema schema) {
        String name = schema.getType().getName();
        return ("aeiou".indexOf(name.charAt(0)) >= 0 ? "an " : "a ") + name;
    }
}
