package io.icestream.cloud;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a storage does. Thread-safe. */
final class Counters {
    private final Map<CloudOperation, LongAdder> requests = new EnumMap<>(CloudOperation.class);
    private final LongAdder repetitions = new LongAdder();
    private final LongAdder readBacks = new LongAdder();
    private final LongAdder bytesSent = new LongAdder();
    private final LongAdder bytesReceived = new LongAdder();

    Counters() {
        for (CloudOperation operation : CloudOperation.values()) {
            requests.put(operation, new LongAdder());
        }
    }

    void request(CloudOperation operation) {
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

    CloudStatistics snapshot() {
        Map<CloudOperation, Long> counts = new EnumMap<>(CloudOperation.class);
        requests.forEach((operation, count) -> counts.put(operation, count.sum()));
        return new CloudStatistics(counts, repetitions.sum(), readBacks.sum(), bytesSent.sum(), bytesReceived.sum());
    }
}
