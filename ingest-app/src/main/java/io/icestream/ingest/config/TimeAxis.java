package io.icestream.ingest.config;

import java.time.Duration;
import java.time.Instant;

/**
 * A regular time axis: slot {@code i} is the instant {@code origin + i * step}.
 *
 * @param name name of the dimension and of its coordinate array
 * @param field field of the record that holds the event time
 * @param format how that field is to be read
 * @param origin instant of slot 0
 * @param step distance of two slots; whole microseconds
 * @param rounding what to do with a time that lies between two slots
 * @param units CF units of the coordinate, for instance {@code seconds since 1970-01-01}
 */
public record TimeAxis(
        String name,
        String field,
        TimeFormat format,
        Instant origin,
        Duration step,
        Rounding rounding,
        CfTimeUnits units) {

    /** What to do with a time that lies between two slots. */
    public enum Rounding {
        /** The record is a dead letter. */
        EXACT,
        /** The slot before it. */
        FLOOR,
        /** The slot that is nearer; the later one when both are equally near. */
        NEAREST
    }

    /** How the time field is to be read. */
    public enum TimeFormat {
        /** As the schema's logical type says; a string is ISO 8601. */
        AUTO,
        /** A number of seconds since 1970, fractions allowed. */
        EPOCH_SECONDS,
        /** A number of milliseconds since 1970. */
        EPOCH_MILLIS,
        /** A number of microseconds since 1970. */
        EPOCH_MICROS,
        /** A number of nanoseconds since 1970. */
        EPOCH_NANOS,
        /** Text in ISO 8601 with an offset or {@code Z}. */
        ISO_8601
    }
}
