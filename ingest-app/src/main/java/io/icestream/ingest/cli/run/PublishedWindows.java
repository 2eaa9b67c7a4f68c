package io.icestream.ingest.cli.run;

import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.slice.DatasetGrid;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * One publish, as people and programs are told of it. Counts are those of this publish alone.
 *
 * @param sequence number of the publish
 * @param snapshot id of the snapshot
 * @param windows windows that it closed; 0 if it only revised published ones
 * @param from begin of the first of them, or of the next window if there is none
 * @param to end of the last of them
 * @param accepted rows that it took in
 * @param dead rows that became dead letters or were dropped
 * @param bad records that could not be used
 */
public record PublishedWindows(
        long sequence, String snapshot, long windows, Instant from, Instant to, long accepted, long dead, long bad) {

    private static final DateTimeFormatter MINUTE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm").withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);

    /**
     * Compares a ledger with the one before it.
     *
     * @param grid arithmetic of the data set
     * @param before the ledger before, if it is known
     * @param now the published ledger
     * @param windows windows that it closed
     * @return what is new
     */
    public static PublishedWindows of(DatasetGrid grid, Optional<Ledger> before, Ledger now, long windows) {
        return new PublishedWindows(
                now.sequence(),
                now.id().toString(),
                windows,
                grid.startOf(now.closed() - windows),
                grid.startOf(now.closed()),
                Ledger.total(now.accepted())
                        - before.map(l -> Ledger.total(l.accepted())).orElse(0L),
                Ledger.total(now.dead())
                        - before.map(l -> Ledger.total(l.dead())).orElse(0L),
                now.bad().sum() - before.map(l -> l.bad().sum()).orElse(0L));
    }

    /** {@return one line for people} */
    public String text() {
        String lost = dead + bad == 0 ? "" : "  %,d unusable".formatted(dead + bad);
        return "%s  %-12s %,6d rows%s  snapshot %s".formatted(span(), countText(), accepted, lost, snapshot);
    }

    private String span() {
        if (windows == 0) {
            return "%-24s".formatted("before " + MINUTE.format(to));
        }
        boolean endsDay = to.equals(from.truncatedTo(ChronoUnit.DAYS).plus(1, ChronoUnit.DAYS));
        boolean sameDay = MINUTE.format(from).regionMatches(0, MINUTE.format(to), 0, 10);
        String end = endsDay ? "24:00" : (sameDay ? TIME : MINUTE).format(to);
        return "%-24s".formatted(MINUTE.format(from) + " - " + end);
    }

    private String countText() {
        if (windows == 0) {
            return "revised";
        }
        return windows == 1 ? "1 window" : "%,d windows".formatted(windows);
    }
}
