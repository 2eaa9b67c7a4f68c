package io.icestream.ingest.lifecycle;

import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.window.RoundPlanner;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/**
 * When a bounded run is done: the ledger covers the end offsets taken at its start, every window up to the end of the last day is closed, and
 * that day's tag is settled. The ledger says so to every member, whoever published it.
 */
final class RunEnd {

    private final DatasetGrid grid;
    private final Offsets ends;

    RunEnd(DatasetGrid grid, Offsets ends) {
        this.grid = grid;
        this.ends = ends;
    }

    /**
     * Tells whether the run is done.
     *
     * @param tip ledger at the tip of the branch
     * @param settled whether the tag of a day is settled
     */
    boolean isReached(Ledger tip, Predicate<Ledger.EndedDay> settled) {
        return tip.position().reaches(ends)
                && isClosed(tip)
                && tip.lastDay().map(settled::test).orElse(true);
    }

    private boolean isClosed(Ledger tip) {
        OptionalLong greatest =
                tip.greatestEventMicros().stream().mapToLong(Long::longValue).findFirst();
        Optional<Long> closed = RoundPlanner.closedAtEnd(grid, greatest);
        return closed.isEmpty() || tip.closed() >= closed.get();
    }
}
