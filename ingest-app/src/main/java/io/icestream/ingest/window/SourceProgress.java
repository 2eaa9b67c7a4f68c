package io.icestream.ingest.window;

import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.SourcePartition;
import java.util.Collection;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * What is known of each source partition: the newest {@link Progress}, merged by maximum, so that a message of a zombie changes nothing
 * (rule P17). Immutable.
 */
record SourceProgress(SortedMap<SourcePartition, Progress> bySource) {

    SourceProgress {
        bySource = new TreeMap<>(bySource);
    }

    static SourceProgress of(Collection<Progress> messages) {
        TreeMap<SourcePartition, Progress> bySource = new TreeMap<>();
        messages.forEach(message -> bySource.put(message.source(), message));
        return new SourceProgress(bySource);
    }

    /** What is known if each message is taken for what it is worth now. */
    SourceProgress map(UnaryOperator<Progress> present) {
        return of(bySource.values().stream().map(present).toList());
    }

    /** Takes a message in; one that is behind what is known has no effect. */
    SourceProgress with(Progress message) {
        Progress known = bySource.get(message.source());
        if (known != null && message.position() < known.position()) {
            return this;
        }
        TreeMap<SourcePartition, Progress> next = new TreeMap<>(bySource);
        next.put(message.source(), known == null ? message : merge(known, message));
        return new SourceProgress(next);
    }

    private static Progress merge(Progress known, Progress message) {
        return new Progress(
                message.incarnation(),
                message.source(),
                Math.min(known.firstEventMicros(), message.firstEventMicros()),
                Math.max(known.greatestEventMicros(), message.greatestEventMicros()),
                Math.max(known.watermarkMicros(), message.watermarkMicros()),
                message.position(),
                message.idle(),
                message.ended(),
                message.bad(),
                message.skipped());
    }

    boolean hasHeardOf(Set<SourcePartition> sources) {
        return bySource.keySet().containsAll(sources);
    }

    Offsets position() {
        return vector(Progress::position);
    }

    Offsets bad() {
        return vector(Progress::bad);
    }

    Offsets skipped() {
        return vector(Progress::skipped);
    }

    private Offsets vector(ToLongFunction<Progress> entry) {
        TreeMap<SourcePartition, Long> vector = new TreeMap<>();
        bySource.forEach((source, progress) -> vector.put(source, entry.applyAsLong(progress)));
        return Offsets.of(vector);
    }

    boolean allEnded() {
        return !bySource.isEmpty() && bySource.values().stream().allMatch(Progress::ended);
    }

    /** Event time of the earliest first record, empty if no partition has had one. */
    OptionalLong firstEventMicros() {
        return bySource.values().stream()
                .mapToLong(Progress::firstEventMicros)
                .filter(micros -> micros != Long.MAX_VALUE)
                .min();
    }

    OptionalLong greatestEventMicros() {
        return bySource.values().stream()
                .mapToLong(Progress::greatestEventMicros)
                .filter(micros -> micros != Long.MIN_VALUE)
                .max();
    }

    /** The minimum over partitions that are not idle; empty if all are, or if one of them has had no record. */
    OptionalLong watermarkMicros() {
        OptionalLong least = bySource.values().stream()
                .filter(progress -> !progress.idle())
                .mapToLong(Progress::watermarkMicros)
                .min();
        return least.isPresent() && least.getAsLong() == Long.MIN_VALUE ? OptionalLong.empty() : least;
    }

    Optional<Progress> find(SourcePartition source) {
        return Optional.ofNullable(bySource.get(source));
    }
}
