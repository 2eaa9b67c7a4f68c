package io.icestream.ingest.topology;

import io.icestream.ingest.decode.TimestampOrigin;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** How far one source partition has been read, rows still on the heap included. Belongs to the task's thread. */
final class SourceState {

    /** A message is sent again after this time even if nothing has changed: a committer that lost its store waits for it. */
    static final long REPEAT_MILLIS = 5_000;

    private final SourcePartition source;
    private final TimestampOrigin origin;
    private final String incarnation;
    private final long countedFrom;
    private long position;
    private long firstEventMicros;
    private long greatestEventMicros;
    private long bad;
    private long skipped;
    private long lastRecordMillis;
    private boolean changed = true;
    private @Nullable Progress sent;
    private long sentMillis;

    SourceState(SourcePartition source, TimestampOrigin origin, SourceEntry entry, long nowMillis) {
        this.source = source;
        this.origin = origin;
        this.incarnation = entry.incarnation();
        this.countedFrom = entry.countedFrom();
        this.position = entry.position();
        this.firstEventMicros = entry.firstEventMicros();
        this.greatestEventMicros = entry.greatestEventMicros();
        this.bad = entry.bad();
        this.skipped = entry.skipped();
        this.lastRecordMillis = nowMillis;
    }

    SourcePartition source() {
        return source;
    }

    TimestampOrigin origin() {
        return origin;
    }

    /** Takes in that the record at an offset is being processed; the offsets between it and the last one hold no record. */
    void read(long offset, long nowMillis) {
        if (offset < position) {
            throw new HaltException("Source partition " + source + " was rewound to offset " + offset
                    + ", but offsets below " + position + " are processed; stop all members and run reinit");
        }
        skipped += Math.max(0, offset - Math.max(position, countedFrom));
        position = offset + 1;
        lastRecordMillis = nowMillis;
        changed = true;
    }

    void accepted(long eventMicros) {
        firstEventMicros = Math.min(firstEventMicros, eventMicros);
        greatestEventMicros = Math.max(greatestEventMicros, eventMicros);
    }

    /** Counts the record that was just {@link #read} as bad, unless it was counted before a {@code reinit}. */
    boolean rejected() {
        boolean counts = position > countedFrom;
        bad += counts ? 1 : 0;
        return counts;
    }

    /** Whether records were read since the entry was stored. */
    boolean takeChanged() {
        boolean before = changed;
        changed = false;
        return before;
    }

    SourceEntry entry() {
        return new SourceEntry(incarnation, position, countedFrom, firstEventMicros, greatestEventMicros, bad, skipped);
    }

    /** The message to send now, or null if the committer knows it all. */
    @Nullable
    Progress takeProgress(SourceEnds ends, Duration outOfOrderness, Duration idleTimeout, long nowMillis) {
        Progress progress = progress(ends, outOfOrderness, idleTimeout, nowMillis);
        if (progress.equals(sent) && nowMillis - sentMillis < REPEAT_MILLIS) {
            return null;
        }
        sent = progress;
        sentMillis = nowMillis;
        return progress;
    }

    private Progress progress(SourceEnds ends, Duration outOfOrderness, Duration idleTimeout, long nowMillis) {
        boolean any = greatestEventMicros != Long.MIN_VALUE;
        boolean quiet = !any || nowMillis - lastRecordMillis >= idleTimeout.toMillis();
        return new Progress(
                incarnation,
                source,
                firstEventMicros,
                greatestEventMicros,
                any ? greatestEventMicros - outOfOrderness.toNanos() / 1_000 : Long.MIN_VALUE,
                position,
                quiet && ends.isReadToEnd(source, position),
                ends.isEnded(source, position),
                bad,
                skipped);
    }
}
