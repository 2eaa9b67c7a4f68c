package io.icestream.ingest.cli;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Branches or tags with what they point to.
 *
 * @param lines one per name, in order
 */
record ReferenceList(List<Line> lines) {

    /**
     * One name.
     *
     * @param name of the branch or tag
     * @param snapshot what it points to
     * @param time when that was written
     * @param message what that says
     */
    record Line(String name, SnapshotId snapshot, Optional<Instant> time, String message) {}

    static ReferenceList of(Repository repository, Map<String, SnapshotId> references) {
        return new ReferenceList(references.entrySet().stream()
                .map(reference ->
                        line(reference.getKey(), reference.getValue(), repository.findSnapshot(reference.getValue())))
                .toList());
    }

    private static Line line(String name, SnapshotId snapshot, Optional<SnapshotEntry> entry) {
        return new Line(
                name,
                snapshot,
                entry.map(SnapshotEntry::flushedAt),
                entry.map(SnapshotEntry::message).orElse(""));
    }

    void print(Output output, String heading) {
        if (output.json()) {
            output.json(lines);
            return;
        }
        output.table(
                List.of(heading, "SNAPSHOT", "TIME", "MESSAGE"),
                lines.stream()
                        .map(line -> List.of(
                                line.name(),
                                line.snapshot().toString(),
                                line.time()
                                        .map(time -> time.truncatedTo(ChronoUnit.SECONDS)
                                                .toString())
                                        .orElse(""),
                                line.message()))
                        .toList());
    }
}
