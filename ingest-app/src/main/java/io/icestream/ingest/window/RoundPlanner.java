package io.icestream.ingest.window;

import io.icestream.ingest.config.CommitSettings;
import io.icestream.ingest.config.LateSettings;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import java.time.LocalDate;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Decides what the next round covers: rules P2 (when one may open) and P3 (its bounds). Pure arithmetic.
 *
 * <p>{@code closed} of an empty data set is taken as the start of the day of the earliest first record, so that the days before it are
 * neither published one by one nor tagged.
 */
public final class RoundPlanner {

    private final DatasetGrid grid;
    private final Set<SourcePartition> sources;
    private final int maxWindows;
    private final long horizonWindows;

    /**
     * @param grid the grid
     * @param sources every source partition; none of them may be missing from a round
     * @param commit how many windows one commit may publish
     * @param late how long published windows may be revised
     */
    public RoundPlanner(DatasetGrid grid, Set<SourcePartition> sources, CommitSettings commit, LateSettings late) {
        this.grid = grid;
        this.sources = Set.copyOf(sources);
        this.maxWindows = commit.maxWindows();
        this.horizonWindows = late.policy() == LateSettings.Policy.REVISE ? grid.windowsIn(late.horizon()) : 0;
    }

    /**
     * Bounds of a round.
     *
     * @param position next offset of each source partition
     * @param close number of windows that are published afterwards
     * @param finalBefore windows below this index can no longer change afterwards
     * @param isFull whether no round may close more windows than this one
     */
    public record Bounds(Offsets position, long close, long finalBefore, boolean isFull) {}

    /**
     * Works out the bounds of the next round.
     *
     * @param ledger the published ledger
     * @param progress what is known of the source partitions
     * @return the bounds, or empty while not every partition has been heard of or one still replays what is published
     */
    Optional<Bounds> bounds(Ledger ledger, SourceProgress progress) {
        if (!progress.hasHeardOf(sources) || !progress.position().reaches(ledger.position())) {
            return Optional.empty();
        }
        long begin = begin(ledger, progress);
        long target = Math.max(begin, target(ledger, progress));
        long most = Math.min(grid.nextDayEnd(begin), begin + maxWindows);
        long close = Math.min(target, most);
        long published = close == begin ? ledger.closed() : close;
        return Optional.of(
                new Bounds(progress.position(), published, finalBefore(ledger, progress, published), close == most));
    }

    private long begin(Ledger ledger, SourceProgress progress) {
        if (ledger.closed() > 0) {
            return ledger.closed();
        }
        OptionalLong first = progress.firstEventMicros();
        return first.isEmpty() ? 0 : grid.firstWindowOf(grid.dayOf(grid.windowsEndedBy(first.getAsLong())));
    }

    private long target(Ledger ledger, SourceProgress progress) {
        if (progress.allEnded()) {
            return closedAtEnd(grid, progress.greatestEventMicros()).orElse(ledger.closed());
        }
        OptionalLong watermark = progress.watermarkMicros();
        return watermark.isEmpty() ? ledger.closed() : grid.windowsEndedBy(watermark.getAsLong());
    }

    private long finalBefore(Ledger ledger, SourceProgress progress, long close) {
        OptionalLong watermark = progress.watermarkMicros();
        if (watermark.isEmpty()) {
            return ledger.finalBefore();
        }
        long ended = Math.min(close, grid.windowsEndedBy(watermark.getAsLong()));
        return Math.max(ledger.finalBefore(), grid.chunkEndBefore(ended - horizonWindows));
    }

    /**
     * Finds how far a bounded run closes windows: to the end of the day of the latest record.
     *
     * @param grid the grid
     * @param greatestEventMicros latest event time, microseconds since 1970
     * @return number of closed windows at the end, empty if there was no record
     */
    public static Optional<Long> closedAtEnd(DatasetGrid grid, OptionalLong greatestEventMicros) {
        if (greatestEventMicros.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(grid.nextDayEnd(grid.windowsEndedBy(greatestEventMicros.getAsLong())));
    }

    /**
     * Finds the day that a round completes.
     *
     * @param ledger the ledger it continues from
     * @param close number of closed windows after it
     * @return the day, if one ends there
     */
    Optional<LocalDate> dayEndedBy(Ledger ledger, long close) {
        return close > ledger.closed() && grid.isDayEnd(close) ? Optional.of(grid.dayOf(close - 1)) : Optional.empty();
    }
}
