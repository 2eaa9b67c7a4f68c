package io.icestream.ingest.endtoend;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Notes down what an ingest in this process tells, and lets tests wait for it. */
final class RunEvents implements IngestListener {

    private final List<String> events = new ArrayList<>();
    private final List<Ledger> ledgers = new ArrayList<>();

    @Override
    public synchronized void published(Ledger ledger, long windows) {
        ledgers.add(ledger);
        add("published " + ledger.sequence() + " closed " + ledger.closed());
    }

    @Override
    public void tagged(LocalDate day, String tag, SnapshotId snapshot) {
        add("tagged " + tag);
    }

    @Override
    public void warned(String message) {
        add("warned " + message);
    }

    @Override
    public void halted(String reason) {
        add("halted " + reason);
    }

    @Override
    public void waiting(String what) {
        add("waiting " + what);
    }

    @Override
    public void resumed(String what) {
        add("resumed " + what);
    }

    private synchronized void add(String event) {
        events.add(event);
        notifyAll();
    }

    synchronized List<String> all() {
        return List.copyOf(events);
    }

    synchronized List<Ledger> ledgers() {
        return List.copyOf(ledgers);
    }

    /** Number of events so far: where to wait from. */
    synchronized int mark() {
        return events.size();
    }

    String await(int mark, String what, Predicate<String> event) {
        return await(mark, what, event, Duration.ofSeconds(60));
    }

    /** Waits for an event after a mark. */
    synchronized String await(int mark, String what, Predicate<String> event, Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        Optional<String> found = find(mark, event);
        while (found.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("No event '" + what + "' within " + patience + ", only " + events);
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("Interrupted", e);
            }
            found = find(mark, event);
        }
        return found.get();
    }

    private synchronized Optional<String> find(int mark, Predicate<String> event) {
        return events.subList(mark, events.size()).stream().filter(event).findFirst();
    }
}
