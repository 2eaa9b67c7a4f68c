package io.icestream.ingest.commit;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.config.CfTimeUnits;
import io.icestream.ingest.config.TimeAxis;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * The array of times: CF integers on a regular axis, so every value follows from its slot. A chunk is written whole and once, {@value #CHUNK_SLOTS} slots of which those
 * beyond the extent are not visible yet.
 */
final class TimeCoordinate {

    /** Slots in a chunk of the array of times. */
    static final int CHUNK_SLOTS = 4096;

    private static final DateTimeFormatter EPOCH_DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter EPOCH_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

    private final TimeAxis axis;
    private final long first;
    private final long step;

    /**
     * @param axis the axis
     * @throws IllegalArgumentException if a slot's time is no whole number of the axis's units
     */
    TimeCoordinate(TimeAxis axis) {
        this.axis = axis;
        this.first = units(Duration.between(axis.units().epoch(), axis.origin()), "origin " + axis.origin());
        this.step = units(axis.step(), "step " + axis.step());
    }

    private long units(Duration distance, String what) {
        Duration unit = axis.units().unit().length();
        long count = distance.dividedBy(unit);
        if (!unit.multipliedBy(count).equals(distance)) {
            throw new IllegalArgumentException("Invalid time axis: " + what + " is no whole number of units '"
                    + cfUnits(axis.units()) + "'; choose a smaller unit");
        }
        return count;
    }

    /** {@return metadata of the array, without a slot} */
    ArrayMetadata metadata() {
        ObjectNode attributes = JsonNodeFactory.instance
                .objectNode()
                .put("standard_name", "time")
                .put("long_name", "time")
                .put("axis", "T")
                .put("units", cfUnits(axis.units()))
                .put("calendar", "proleptic_gregorian");
        return ArrayMetadata.builder(DataType.INT64, new long[] {0}, new long[] {CHUNK_SLOTS})
                .dimensionNames(axis.name())
                .attributes(attributes)
                .build();
    }

    /**
     * Counts chunks.
     *
     * @param slots number of slots
     * @return number of chunks that hold them
     */
    static long chunks(long slots) {
        return (slots + CHUNK_SLOTS - 1) / CHUNK_SLOTS;
    }

    /**
     * Encodes a chunk, whole.
     *
     * @param metadata metadata of the array
     * @param chunk index of the chunk
     * @return its stored bytes
     */
    ByteBuffer encode(ArrayMetadata metadata, long chunk) {
        long[] values = new long[CHUNK_SLOTS];
        for (int i = 0; i < CHUNK_SLOTS; i++) {
            values[i] = first + (chunk * CHUNK_SLOTS + i) * step;
        }
        return metadata.encodeChunk(NdArray.of(values, CHUNK_SLOTS));
    }

    private static String cfUnits(CfTimeUnits units) {
        Instant epoch = units.epoch();
        DateTimeFormatter form = epoch.truncatedTo(ChronoUnit.DAYS).equals(epoch) ? EPOCH_DAY : EPOCH_TIME;
        return units.unit().name().toLowerCase(Locale.ROOT) + " since " + form.format(epoch.atOffset(ZoneOffset.UTC));
    }
}
