package io.icestream.engine.storage.cloud;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a storage does; a protocol counts what it sends and receives. Thread-safe. */
public final class Counters {
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

    /**
     * @param operation a request that is about to be sent
     */
    public void request(CloudOperation operation) {
        requests.getOrDefault(operation, repetitions).increment();
    }

    void repetition() {
        repetitions.increment();
    }

    void readBack() {
        readBacks.increment();
    }

    /**
     * @param bytes so much content is about to be sent
     */
    public void sent(long bytes) {
        bytesSent.add(bytes);
    }

    /**
     * @param bytes so much content has been received
     */
    public void received(long bytes) {
        bytesReceived.add(bytes);
    }

    CloudStatistics snapshot() {
        Map<CloudOperation, Long> counts = new EnumMap<>(CloudOperation.class);
        requests.forEach((operation, count) -> counts.put(operation, count.sum()));
        return new CloudStatistics(counts, repetitions.sum(), readBacks.sum(), bytesSent.sum(), bytesReceived.sum());
    }
}
