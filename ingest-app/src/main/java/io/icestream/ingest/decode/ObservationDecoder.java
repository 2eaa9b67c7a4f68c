package io.icestream.ingest.decode;

import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.TimeAxis.Rounding;
import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.BlockBuffers;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Decodes observations and places them on the grid.
 *
 * <p>A record is accepted, and its row is in the buffers, or it is rejected with a reason, and nothing has changed. Accepting allocates
 * nothing. Not thread-safe: belongs to one task.
 *
 * <p>Integers and doubles that a float variable cannot hold exactly are rounded to the nearest value that it can; whatever an integer
 * variable cannot hold exactly rejects the record. Times finer than a microsecond are off an exact grid and are cut to microseconds
 * otherwise.
 */
public final class ObservationDecoder {

    private final DatasetGrid grid;
    private final FieldMapping.Node mapping;
    private final TimeReading timeReading;
    private final boolean exactTime;
    private final boolean versionMapped;
    private final ByteKeyTable stations;
    private final RecordInterpreter interpreter;
    private final RegistryClient registry;
    private final InstantSource clock;
    private final long maxSkewMicros;
    private final Map<Integer, Plan> plans = new HashMap<>();
    private Plan lastPlan = new Plan(0, null, "no plan yet");
    private long knownNowMicros = Long.MIN_VALUE;

    private long eventMicros;
    private boolean timeRead;
    private @Nullable Rejection rejection;

    /**
     * What to do with records of one schema.
     *
     * @param schemaId id of the schema
     * @param program how to read them, or null if they cannot be read
     * @param problem why they cannot be read
     */
    private record Plan(int schemaId, @Nullable Program program, String problem) {}

    /**
     * Makes a decoder.
     *
     * @param dataset which fields become what
     * @param grid the grid of that data set
     * @param maxFutureSkew how far an event time may lie ahead of the time at which the record was appended
     * @param registry knows the writers' schemas
     * @param clock the time at which a record was appended, where the broker does not say
     */
    public ObservationDecoder(
            DatasetSettings dataset,
            DatasetGrid grid,
            Duration maxFutureSkew,
            RegistryClient registry,
            InstantSource clock) {
        this.grid = grid;
        this.mapping = FieldMapping.of(dataset);
        this.timeReading = new TimeReading(dataset.time().format());
        this.exactTime = dataset.time().rounding() == Rounding.EXACT;
        this.versionMapped = dataset.versionField().isPresent();
        this.stations = new ByteKeyTable(dataset.stations().labels());
        this.interpreter = new RecordInterpreter(stations, dataset.variables());
        this.registry = registry;
        this.clock = clock;
        this.maxSkewMicros = Math.multiplyExact(maxFutureSkew.toMillis(), 1_000L);
    }

    /**
     * Decodes a record and appends its row.
     *
     * <p>Cost: some 100 ns; one request to the registry for the first record of a schema.
     *
     * @param value value of the record, in registry wire format
     * @param source partition of the record
     * @param offset offset of the record
     * @param timestampMillis timestamp of the record, milliseconds since 1970, negative if it has none; also its version unless a field
     *     is mapped to that
     * @param timestampOrigin who set the timestamp
     * @param target takes the row
     * @return whether it was accepted; if not, {@link #reason} and {@link #detail} say why
     * @throws RegistryUnavailableException if the schema cannot be fetched now; nothing has changed, the same call can be made later
     */
    public boolean decode(
            byte @Nullable [] value,
            SourcePartition source,
            long offset,
            long timestampMillis,
            TimestampOrigin timestampOrigin,
            BlockBuffers target) {
        rejection = null;
        timeRead = false;
        try {
            interpreter.run(programOf(value), value == null ? new byte[0] : value);
            long appendedMillis = timestampOrigin == TimestampOrigin.BROKER ? timestampMillis : -1;
            place(appendedMillis);
            order(offset, timestampMillis);
            target.append(source, interpreter.row());
            return true;
        } catch (Rejection e) {
            rejection = e;
            return false;
        }
    }

    /** {@return event time of the record that was accepted last, microseconds since 1970} */
    public long eventMicros() {
        return eventMicros;
    }

    /** {@return event time of the last record, whether accepted or not, empty if it was rejected before its time was read} */
    public Optional<Instant> eventTime() {
        return timeRead ? Optional.of(Instant.EPOCH.plus(eventMicros, ChronoUnit.MICROS)) : Optional.empty();
    }

    /**
     * Tells why the last record was rejected.
     *
     * @return the reason
     * @throws IllegalStateException if it was accepted
     */
    public Reason reason() {
        return rejected().reason();
    }

    /**
     * Tells in words why the last record was rejected.
     *
     * @return one line; may quote the record's station or time
     * @throws IllegalStateException if it was accepted
     */
    public String detail() {
        return rejected().detail();
    }

    private Rejection rejected() {
        if (rejection == null) {
            throw new IllegalStateException("The last record was not rejected");
        }
        return rejection;
    }

    private Program programOf(byte @Nullable [] value) {
        if (value == null || !AvroWire.isFramed(value)) {
            throw new Rejection(
                    Reason.DESERIALIZE, value == null ? "no value" : "the value is not in registry wire format");
        }
        int id = AvroWire.schemaId(value);
        if (lastPlan.schemaId() != id || lastPlan.program() == null) {
            Plan known = plans.get(id);
            lastPlan = known != null ? known : compile(id);
        }
        Program program = lastPlan.program();
        if (program == null) {
            throw new Rejection(Reason.SCHEMA_UNMAPPED, lastPlan.problem());
        }
        return program;
    }

    private Plan compile(int id) {
        Schema schema;
        try {
            schema = registry.byId(id);
        } catch (SchemaNotFoundException e) {
            throw new Rejection(Reason.SCHEMA_UNKNOWN, String.valueOf(e.getMessage()));
        }
        Plan plan;
        try {
            plan = new Plan(id, ProgramCompiler.compile(schema, mapping, timeReading, stations), "");
        } catch (UnmappedFieldException e) {
            plan = new Plan(id, null, "schema " + id + " (" + nameOf(schema) + ") " + e.getMessage());
        }
        plans.put(id, plan);
        return plan;
    }

    private static String nameOf(Schema schema) {
        return schema.getType() == Schema.Type.RECORD
                ? schema.getFullName()
                : schema.getType().getName();
    }

    private void place(long appendedMillis) {
        if (!interpreter.timePresent()) {
            throw new Rejection(Reason.TIME_MISSING, "the event time is null or absent");
        }
        long micros = interpreter.timeMicros();
        eventMicros = micros;
        timeRead = true;
        checkFuture(micros, appendedMillis);
        long slot = grid.slotAt(micros);
        if (slot == DatasetGrid.BEFORE_ORIGIN) {
            throw new Rejection(Reason.BEFORE_ORIGIN, "the event time " + instant(micros) + " lies before the origin");
        }
        if (slot == DatasetGrid.OFF_GRID || (exactTime && !interpreter.timeWhole())) {
            throw new Rejection(Reason.OFF_GRID, "the event time " + instant(micros) + " lies between two slots");
        }
        int station = interpreter.station();
        if (station == ByteKeyTable.ABSENT) {
            String label = interpreter.unknownStation();
            throw new Rejection(
                    Reason.UNKNOWN_STATION,
                    label == null ? "the station is null or absent" : "station '" + label + "' is not on the axis");
        }
        interpreter.row().place(slot, station);
    }

    private void checkFuture(long micros, long appendedMillis) {
        if (appendedMillis >= 0) {
            if (micros > appendedMillis * 1_000 + maxSkewMicros) {
                throw future(micros, appendedMillis);
            }
            return;
        }
        if (knownNowMicros == Long.MIN_VALUE || micros > knownNowMicros + maxSkewMicros) {
            knownNowMicros = Math.max(knownNowMicros, clock.millis() * 1_000);
            if (micros > knownNowMicros + maxSkewMicros) {
                throw future(micros, knownNowMicros / 1_000);
            }
        }
    }

    private static Instant instant(long micros) {
        return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
    }

    private static Rejection future(long micros, long appendedMillis) {
        return new Rejection(
                Reason.FUTURE_TIMESTAMP,
                "the event time " + instant(micros) + " lies too far after " + instant(appendedMillis * 1_000)
                        + ", when it was appended");
    }

    private void order(long offset, long timestampMillis) {
        Row row = interpreter.row();
        if (!versionMapped) {
            row.order(timestampMillis, offset);
        } else if (interpreter.versionPresent()) {
            row.order(interpreter.version(), offset);
        } else {
            throw new Rejection(Reason.VALUE, "the version is null or absent");
        }
    }
}
