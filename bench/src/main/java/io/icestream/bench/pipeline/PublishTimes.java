package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Json;
import io.icestream.ingest.protocol.Ledger;
import java.util.ArrayList;
import java.util.List;

/** Notes when each commit was published and how many windows there were then. */
final class PublishTimes extends ToldOnStderr {
    private record Publish(long atNanos, long closed, long sequence) {}

    private final List<Publish> publishes = new ArrayList<>();

    @Override
    public synchronized void published(Ledger ledger, long windows) {
        publishes.add(new Publish(System.nanoTime(), ledger.closed(), ledger.sequence()));
    }

    /**
     * Times from the first record to the last commit, and from the first commit at which half of the records were published to the last.
     *
     * @param startNanos when the first record was read
     * @param size how much was read
     */
    synchronized ObjectNode figures(long startNanos, Size size) {
        Publish last = publishes.get(publishes.size() - 1);
        Publish half = publishes.stream()
                .filter(publish -> size.recordsIn(publish.closed()) >= size.records() / 2)
                .findFirst()
                .orElse(last);
        return Json.object()
                .put("records", size.records())
                .put("seconds", Json.rounded((last.atNanos() - startNanos) / 1e9, 3))
                .put("second_half_records", size.records() - size.recordsIn(half.closed()))
                .put("second_half_seconds", Json.rounded((last.atNanos() - half.atNanos()) / 1e9, 3))
                .put("first_commit_s", Json.rounded((publishes.get(0).atNanos() - startNanos) / 1e9, 3))
                .put("commits", last.sequence())
                .put("windows", last.closed());
    }
}
