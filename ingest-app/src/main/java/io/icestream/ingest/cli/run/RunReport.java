package io.icestream.ingest.cli.run;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.cli.Output;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.topology.IngestListener;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Tells of a run while it goes on: one line per event. Safe to use from several threads. */
final class RunReport implements IngestListener {

    private final Output output;
    private final DatasetGrid grid;
    private final LiveStatus status;
    private Optional<Ledger> first = Optional.empty();
    private Optional<Ledger> last = Optional.empty();
    private long commits;
    private long windows;

    RunReport(Output output, DatasetGrid grid, LiveStatus status) {
        this.output = output;
        this.grid = grid;
        this.status = status;
    }

    /** Tells where the run continues from. */
    synchronized void continuesFrom(Optional<Ledger> ledger) {
        first = ledger;
        last = ledger;
    }

    @Override
    public synchronized void published(Ledger ledger, long closed) {
        if (last.isPresent() && last.get().sequence() >= ledger.sequence()) {
            return;
        }
        PublishedWindows published = PublishedWindows.of(grid, last, ledger, closed);
        last = Optional.of(ledger);
        commits++;
        windows += closed;
        event("published", published.text(), published);
        status.update("closed to " + published.to() + ", " + "%,d windows in %,d commits".formatted(windows, commits));
    }

    @Override
    public synchronized void tagged(LocalDate day, String tag, SnapshotId snapshot) {
        event(
                "tagged",
                "tag " + tag + " on snapshot " + snapshot,
                Map.of("day", day, "tag", tag, "snapshot", snapshot));
    }

    @Override
    public synchronized void warned(String message) {
        event("warning", "warning: " + message, Map.of("message", message));
    }

    @Override
    public synchronized void halted(String reason) {
        event("halted", "halted: " + reason, Map.of("reason", reason));
    }

    @Override
    public synchronized void waiting(String what) {
        event("waiting", "waiting for " + what, Map.of("for", what));
        status.update("waiting for " + what);
    }

    @Override
    public synchronized void resumed(String what) {
        event("resumed", what + " is back", Map.of("for", what));
    }

    private void event(String name, String text, Object details) {
        status.above(() -> {
            if (output.json()) {
                Map<String, Object> all = new LinkedHashMap<>();
                all.put("event", name);
                all.put("at", Instant.now());
                all.put("details", details);
                output.json(all);
            } else {
                output.line(text);
            }
            output.out().flush();
        });
    }

    /** Tells how the run ended. */
    synchronized void ended(RunSummary summary, double seconds) {
        status.close();
        Optional<Ledger> end = summary.ledger().or(() -> last);
        long accepted = since(end, l -> Ledger.total(l.accepted()));
        long dead = since(end, l -> Ledger.total(l.dead()));
        long bad = since(end, l -> l.bad().sum());
        long superseded = end.map(Ledger::superseded).orElse(0L);
        if (output.json()) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("event", summary.halted().isPresent() ? "halted" : "ended");
            all.put("commits", commits);
            all.put("windows", windows);
            all.put("accepted", accepted);
            all.put("dead", dead);
            all.put("bad", bad);
            all.put("superseded", superseded);
            all.put("seconds", Math.round(seconds * 10) / 10.0);
            end.ifPresent(ledger -> all.put("snapshot", ledger.id()));
            output.json(all);
            return;
        }
        output.line("%,d windows in %,d commits, %,d rows accepted, %,d late ones and %,d bad records not, %.1f s"
                .formatted(windows, commits, accepted, dead, bad, seconds));
    }

    private long since(Optional<Ledger> end, java.util.function.ToLongFunction<Ledger> counter) {
        return end.map(counter::applyAsLong).orElse(0L)
                - first.map(counter::applyAsLong).orElse(0L);
    }
}
