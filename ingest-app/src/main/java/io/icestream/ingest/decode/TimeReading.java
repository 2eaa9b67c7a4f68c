package io.icestream.ingest.decode;

import io.icestream.ingest.config.TimeAxis.TimeFormat;
import java.util.Optional;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/**
 * How the field of the event time is read.
 *
 * @param format as configured
 */
record TimeReading(TimeFormat format) {

    /** {@return whether a text is to be read as ISO 8601} */
    boolean readsText() {
        return format == TimeFormat.AUTO || format == TimeFormat.ISO_8601;
    }

    /**
     * Finds out what a number counts.
     *
     * @param schema schema of the number
     * @return what it counts, or empty if neither the configuration nor the schema says so
     */
    Optional<TimeScale> scaleOf(Schema schema) {
        return switch (format) {
            case AUTO -> logicalScaleOf(schema);
            case EPOCH_SECONDS -> Optional.of(TimeScale.SECONDS);
            case EPOCH_MILLIS -> Optional.of(TimeScale.MILLIS);
            case EPOCH_MICROS -> Optional.of(TimeScale.MICROS);
            case EPOCH_NANOS -> Optional.of(TimeScale.NANOS);
            case ISO_8601 -> Optional.empty();
        };
    }

    /**
     * Finds out what a number counts by its logical type. Local timestamps have no zone and so mean no instant.
     *
     * @param schema schema of the number
     * @return what it counts, or empty if its logical type is none of an instant
     */
    static Optional<TimeScale> logicalScaleOf(Schema schema) {
        LogicalType type = schema.getLogicalType();
        if (type == null) {
            return Optional.empty();
        }
        return switch (type.getName()) {
            case "date" -> Optional.of(TimeScale.DAYS);
            case "timestamp-millis" -> Optional.of(TimeScale.MILLIS);
            case "timestamp-micros" -> Optional.of(TimeScale.MICROS);
            case "timestamp-nanos" -> Optional.of(TimeScale.NANOS);
            default -> Optional.empty();
        };
    }
}
