package io.icestream.ingest.window;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.CommitMessage.RoundDone;
import io.icestream.ingest.protocol.Ledger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the committer keeps between messages: in memory, and written through to its table. */
final class CommitterState {

    private static final String PROGRESS = "progress/";
    private static final String ROUND = "round";
    private static final String READY = "ready/";
    private static final String DONE = "done/";
    private static final String KNOWN = "known";
    private static final String TRIES = "tries";

    /** The newest ledger that was seen: tells a branch that was reset. */
    record Known(long sequence, SnapshotId id) {}

    private final JsonTable table;
    private SourceProgress progress;
    private Optional<OpenRound> round;
    private final SortedMap<String, ChunkReady> ready = new TreeMap<>();
    private final SortedMap<Integer, RoundDone> done = new TreeMap<>();
    private Optional<Known> known;
    private int tries;

    /** Reads what the table holds. */
    CommitterState(StateTable state) {
        this.table = new JsonTable(state);
        this.progress = SourceProgress.of(table.list(PROGRESS, Progress.class));
        this.round = table.find(ROUND, OpenRound.class);
        table.list(READY, ChunkReady.class).forEach(message -> ready.put(key(message), message));
        table.list(DONE, RoundDone.class).forEach(message -> done.put(message.partition(), message));
        this.known = table.find(KNOWN, Known.class);
        this.tries = table.find(TRIES, Integer.class).orElse(0);
    }

    SourceProgress progress() {
        return progress;
    }

    Optional<OpenRound> round() {
        return round;
    }

    /** How many times the round was opened again without an answer. */
    int tries() {
        return tries;
    }

    List<ChunkReady> ready() {
        return new ArrayList<>(ready.values());
    }

    List<RoundDone> done() {
        return new ArrayList<>(done.values());
    }

    Optional<Known> known() {
        return known;
    }

    void hear(Progress message) {
        progress = progress.with(message);
        progress.find(message.source()).ifPresent(merged -> table.put(PROGRESS + message.source(), merged));
    }

    void collect(ChunkReady message) {
        ready.put(key(message), message);
        table.put(READY + key(message), message);
    }

    void collect(RoundDone message) {
        done.put(message.partition(), message);
        table.put(DONE + message.partition(), message);
    }

    void open(OpenRound next) {
        close();
        round = Optional.of(next);
        table.put(ROUND, next);
    }

    /** Forgets the open round and its answers. */
    void close() {
        round = Optional.empty();
        ready.clear();
        done.clear();
        table.delete(ROUND);
        table.deleteAll(READY);
        table.deleteAll(DONE);
    }

    void setTries(int count) {
        if (count != tries) {
            tries = count;
            table.put(TRIES, count);
        }
    }

    void know(Ledger ledger) {
        Known next = new Known(ledger.sequence(), ledger.id());
        if (!known.equals(Optional.of(next))) {
            known = Optional.of(next);
            table.put(KNOWN, next);
        }
    }

    private static String key(ChunkReady message) {
        return message.partition() + message.array().toString() + "/" + message.chunk();
    }
}
