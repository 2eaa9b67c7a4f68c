package io.icestream.demo;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.cli.run.PublishedWindows;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.time.LocalDate;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What has happened so far. Told by the ingest and the feeder, read by the views. Safe to use from several threads. */
final class DemoModel implements IngestListener {

    private final DatasetGrid grid;
    private final DemoView view;
    private final Map<Arrival.Kind, Long> sent = new EnumMap<>(Arrival.Kind.class);
    private Optional<Ledger> last = Optional.empty();
    private Optional<LocalDate> lastTagged = Optional.empty();
    private Optional<String> halted = Optional.empty();
    private long commits;
    private boolean stopped;

    DemoModel(DatasetGrid grid, DemoView view) {
        this.grid = grid;
        this.view = view;
    }

    /** Takes note of a record that was sent. */
    synchronized void sent(Arrival arrival) {
        sent.merge(arrival.kind(), 1L, Long::sum);
    }

    /** {@return records sent, by what is special about them} */
    synchronized Map<Arrival.Kind, Long> sent() {
        return new EnumMap<>(sent.isEmpty() ? Map.of(Arrival.Kind.USUAL, 0L) : sent);
    }

    /** {@return the newest ledger that was published in this run} */
    synchronized Optional<Ledger> ledger() {
        return last;
    }

    /** {@return commits of this run} */
    synchronized long commits() {
        return commits;
    }

    /** {@return why the ingest halted, if it did} */
    synchronized Optional<String> haltedBecause() {
        return halted;
    }

    @Override
    public synchronized void published(Ledger ledger, long windows) {
        if (last.isPresent() && last.get().sequence() >= ledger.sequence()) {
            return;
        }
        PublishedWindows published = PublishedWindows.of(grid, last, ledger, windows);
        last = Optional.of(ledger);
        commits++;
        view.published(this, published);
        notifyAll();
    }

    /** Sets the ledger that the run continues from. */
    synchronized void continuesFrom(Optional<Ledger> ledger) {
        last = ledger;
        lastTagged = ledger.flatMap(Ledger::lastDay).map(Ledger.EndedDay::day);
    }

    @Override
    public synchronized void tagged(LocalDate day, String tag, SnapshotId snapshot) {
        boolean isNew = lastTagged.isEmpty() || day.isAfter(lastTagged.get());
        if (isNew) {
            lastTagged = Optional.of(day);
            view.line("tag " + tag + " on snapshot " + snapshot);
            notifyAll();
        }
    }

    @Override
    public void warned(String message) {
        view.line("warning: " + message);
    }

    @Override
    public void waiting(String what) {
        view.line("waiting for " + what);
    }

    @Override
    public synchronized void halted(String reason) {
        halted = Optional.of(reason);
        notifyAll();
    }

    /** Lets nobody wait any longer. */
    synchronized void stop() {
        stopped = true;
        notifyAll();
    }

    /** {@return whether the demo is being stopped} */
    synchronized boolean isStopped() {
        return stopped || halted.isPresent();
    }

    /**
     * Waits until windows are published.
     *
     * @param closed how many since the first one
     * @param patience how long
     * @return whether they are
     */
    synchronized boolean awaitClosed(long closed, Duration patience) throws InterruptedException {
        return await(() -> last.map(Ledger::closed).orElse(0L) >= closed, patience);
    }

    /**
     * Waits until the day that was published last has its tag.
     *
     * @param patience how long
     * @return whether it has
     */
    synchronized boolean awaitTagged(Duration patience) throws InterruptedException {
        return await(
                () -> last.flatMap(Ledger::lastDay).map(Ledger.EndedDay::day).equals(lastTagged), patience);
    }

    private synchronized boolean await(BooleanSupplier reached, Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!reached.getAsBoolean() && !isStopped()) {
            long millis = (deadline - System.nanoTime()) / 1_000_000;
            if (millis <= 0) {
                return false;
            }
            wait(millis);
        }
        return !isStopped();
    }
}
