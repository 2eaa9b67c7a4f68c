package io.icestream.ingest.topology;

import io.icestream.engine.format.SnapshotId;
import io.icestream.ingest.protocol.Ledger;
import java.time.LocalDate;
import java.util.HashSet;
import java.util.Set;

/**
 * Tells of a wait once, however often it is begun, and of its end only if it was told of. What follows a colon and a space is the reason; it
 * does not make another wait. Thread-safe.
 */
public final class OnceToldListener implements IngestListener {

    private final IngestListener listener;
    private final Set<String> waits = new HashSet<>();

    /**
     * @param listener is told
     */
    public OnceToldListener(IngestListener listener) {
        this.listener = listener;
    }

    @Override
    public synchronized void waiting(String what) {
        if (waits.add(subject(what))) {
            listener.waiting(what);
        }
    }

    @Override
    public synchronized void resumed(String what) {
        if (waits.remove(subject(what))) {
            listener.resumed(what);
        }
    }

    private static String subject(String what) {
        int colon = what.indexOf(": ");
        return colon < 0 ? what : what.substring(0, colon);
    }

    @Override
    public void published(Ledger ledger, long windows) {
        listener.published(ledger, windows);
    }

    @Override
    public void tagged(LocalDate day, String tag, SnapshotId snapshot) {
        listener.tagged(day, tag, snapshot);
    }

    @Override
    public void warned(String message) {
        listener.warned(message);
    }

    @Override
    public void halted(String reason) {
        listener.halted(reason);
    }
}
