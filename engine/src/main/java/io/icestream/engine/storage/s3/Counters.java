package io.icestream.engine.storage.s3;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a storage does. Thread-safe. */
final class Counters {
    private final Map<S3Operation, LongAdder> requests = new EnumMap<>(S3Operation.class);
    private final LongAdder repetitions = new LongAdder();
    private final LongAdder readBacks = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();

    Counters() {
        for (S3Operation operation : S3Operation.values()) {
            requests.put(operation, new LongAdder());
        }
    }

    void request(S3Operation operation) {
        requests.getOrDefault(operation, repetitions).increment();
    }

    void repetition() {
        repetitions.increment();
    }

    void readBack() {
        readBacks.increment();
    }

    void sent(long bytes) {
        bytesSent.add(bytes);
    }

    void received(long bytes) {
        bytesReceived.add(bytes);
    }

    S3Statistics snapshot() {
        Map<S3Operation, Long> counts = new EnumMap<>(S3Operation.class);
        requests.forEach((operation, count) -> counts.put(operation, count.sum()));
        return new S3Statistics(counts, repetitions.sum(), readBacks.sum(), bytesSent.sum(), bytesReceived.sum());
    }
}
