package io.icestream.ingest.slice;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.TimeAxis;
import io.icestream.ingest.protocol.ChunkKey;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.zip.CRC32;

/**
 * Arithmetic of one array group: event time, slot, window, chunk, day. Everything is a pure function of the coordinate, so that writing
 * an observation again writes the same cell again.
 *
 * <p>Slot {@code i} is the instant {@code origin + i * step}; window {@code w} holds the slots {@code [w * s, (w + 1) * s)} with
 * {@code s} slots per window; chunk {@code c} along time holds the windows {@code [c * n, (c + 1) * n)}.
 */
public final class DatasetGrid {

    /** What {@link #slotAt} answers for a time that lies between two slots and must not. */
    public static final long OFF_GRID = -1;

    /** What {@link #slotAt} answers for a time before the origin. */
    public static final long BEFORE_ORIGIN = -2;

    private final String group;
    private final long originMicros;
    private final long stepMicros;
    private final TimeAxis.Rounding rounding;
    private final int slotsPerWindow;
    private final int windowsPerChunk;
    private final int stations;
    private final int chunkStations;
    private final ZoneId zone;

    /**
     * Derives the grid from checked settings.
     *
     * @param dataset the data set
     */
    public DatasetGrid(DatasetSettings dataset) {
        this.group = dataset.group();
        this.originMicros = micros(dataset.time().origin());
        this.stepMicros = micros(dataset.time().step());
        this.rounding = dataset.time().rounding();
        this.slotsPerWindow = Math.toIntExact(micros(dataset.window()) / stepMicros);
        this.windowsPerChunk = Math.toIntExact(micros(dataset.chunkDuration()) / micros(dataset.window()));
        this.stations = dataset.stations().labels().size();
        this.chunkStations = Math.min(dataset.chunkStations(), stations);
        this.zone = dataset.zone();
    }

    /**
     * Returns microseconds since 1970.
     *
     * @param instant an instant
     * @return microseconds since 1970
     */
    public static long micros(Instant instant) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    }

    private static long micros(Duration duration) {
        return Math.addExact(Math.multiplyExact(duration.getSeconds(), 1_000_000L), duration.getNano() / 1_000);
    }

    /**
     * Finds the slot of an event time.
     *
     * @param eventMicros event time, microseconds since 1970
     * @return its slot, or {@link #OFF_GRID} or {@link #BEFORE_ORIGIN}
     */
    public long slotAt(long eventMicros) {
        if (eventMicros < originMicros - stepMicros) {
            return BEFORE_ORIGIN;
        }
        long distance = eventMicros - originMicros;
        long slot = Math.floorDiv(distance, stepMicros);
        long rest = distance - slot * stepMicros;
        if (rest != 0) {
            switch (rounding) {
                case EXACT -> {
                    return OFF_GRID;
                }
                case NEAREST -> slot += 2 * rest >= stepMicros ? 1 : 0;
                case FLOOR -> {}
            }
        }
        return slot < 0 ? BEFORE_ORIGIN : slot;
    }

    /**
     * Returns the instant of a slot.
     *
     * @param slot index of the slot
     * @return the instant of a slot
     */
    public Instant timeOf(long slot) {
        return Instant.EPOCH.plus(originMicros + slot * stepMicros, ChronoUnit.MICROS);
    }

    /**
     * Returns the window that holds a slot.
     *
     * @param slot index of the slot
     * @return the window that holds a slot
     */
    public long windowOf(long slot) {
        return slot / slotsPerWindow;
    }

    /**
     * Returns the instant at which a window begins.
     *
     * @param window index of the window
     * @return the instant at which a window begins
     */
    public Instant startOf(long window) {
        return timeOf(window * slotsPerWindow);
    }

    /**
     * Returns the chunk along time that holds a window.
     *
     * @param window index of the window
     * @return the chunk along time that holds a window
     */
    public long chunkOfWindow(long window) {
        return window / windowsPerChunk;
    }

    /**
     * Finds the chunk of a cell.
     *
     * @param slot index of the slot
     * @param station index of the station
     * @return its chunk
     */
    public ChunkKey chunkOf(long slot, int station) {
        return new ChunkKey(group, slot / slotsPerChunk(), station / chunkStations);
    }

    /**
     * Counts the windows that have ended.
     *
     * @param watermarkMicros event time below which no more records are expected, microseconds since 1970
     * @return number of windows that end at or before it, at least 0
     */
    public long windowsEndedBy(long watermarkMicros) {
        if (watermarkMicros <= originMicros) {
            return 0;
        }
        return (watermarkMicros - originMicros) / (stepMicros * slotsPerWindow);
    }

    /**
     * Returns the day, in the data set's zone, that a window begins in.
     *
     * @param window index of the window
     * @return the day, in the data set's zone, that a window begins in
     */
    public LocalDate dayOf(long window) {
        return startOf(window).atZone(zone).toLocalDate();
    }

    /**
     * Returns index of the first window that begins in a day or after it, at least 0.
     *
     * @param day a day in the data set's zone
     * @return index of the first window that begins in a day or after it, at least 0
     */
    public long firstWindowOf(LocalDate day) {
        long begin = micros(day.atStartOfDay(zone).toInstant());
        long window = stepMicros * slotsPerWindow;
        return Math.max(0, -Math.floorDiv(originMicros - begin, window));
    }

    /**
     * Finds the next end of a day.
     *
     * @param closed number of closed windows
     * @return the smallest number of closed windows above {@code closed} at which a day has ended
     */
    public long nextDayEnd(long closed) {
        return firstWindowOf(dayOf(closed).plusDays(1));
    }

    /**
     * Finds the day that a commit ends.
     *
     * @param closed number of closed windows after the commit, above those before it
     * @return whether a day ends exactly there
     */
    public boolean isDayEnd(long closed) {
        return closed > 0 && !dayOf(closed).equals(dayOf(closed - 1));
    }

    /**
     * Rounds down to the end of a chunk.
     *
     * @param window a number of windows
     * @return the largest number of windows not above it at which a chunk ends
     */
    public long chunkEndBefore(long window) {
        return window <= 0 ? 0 : window / windowsPerChunk * windowsPerChunk;
    }

    /**
     * Returns windows in a span of time, rounded up.
     *
     * @param span the span
     * @return windows in a span of time, rounded up
     */
    public long windowsIn(Duration span) {
        return -Math.floorDiv(-micros(span), stepMicros * slotsPerWindow);
    }

    /**
     * Returns index of the first window of a chunk.
     *
     * @param timeChunk index of the chunk along time
     * @return index of the first window of a chunk
     */
    public long firstWindowOfChunk(long timeChunk) {
        return timeChunk * windowsPerChunk;
    }

    /**
     * Returns index of the window after the last one of a chunk.
     *
     * @param timeChunk index of the chunk along time
     * @return index of the window after the last one of a chunk
     */
    public long endWindowOfChunk(long timeChunk) {
        return (timeChunk + 1) * windowsPerChunk;
    }

    /**
     * Finds the partition of {@code slots} that assembles a chunk.
     *
     * @param chunk the chunk
     * @param partitions number of partitions
     * @return its partition
     */
    public static int partitionOf(ChunkKey chunk, int partitions) {
        CRC32 crc = new CRC32();
        crc.update(chunk.group().getBytes(UTF_8));
        return (int) Math.floorMod(crc.getValue() + chunk.station() + chunk.time(), (long) partitions);
    }

    /** {@return path of the array group} */
    public String group() {
        return group;
    }

    /** {@return slots in a window} */
    public int slotsPerWindow() {
        return slotsPerWindow;
    }

    /** {@return windows in a chunk} */
    public int windowsPerChunk() {
        return windowsPerChunk;
    }

    /** {@return slots in a chunk} */
    public int slotsPerChunk() {
        return slotsPerWindow * windowsPerChunk;
    }

    /** {@return stations on the axis} */
    public int stations() {
        return stations;
    }

    /** {@return stations in a chunk, at the stored, full chunk shape} */
    public int chunkStations() {
        return chunkStations;
    }

    /** {@return zone whose days are tagged} */
    public ZoneId zone() {
        return zone;
    }
}
