package io.icestream.engine.storage.cloud;

import java.util.Map;

/**
 * What a storage has done since it was opened. The numbers of one value were not all read at one moment.
 *
 * @param requests requests sent, failed ones and repetitions included; those for credentials are not
 * @param repetitions how many of them repeated another one that had failed
 * @param readBacks how often the object was looked at to learn what had become of a conditional write
 * @param bytesSent payload of uploads, by the attempt
 * @param bytesReceived payload of downloads, by the attempt
 */
public record CloudStatistics(
        Map<CloudOperation, Long> requests, long repetitions, long readBacks, long bytesSent, long bytesReceived) {
    /** Keeps a copy. */
    public CloudStatistics {
        requests = Map.copyOf(requests);
    }

    /**
     * @param operation a kind of request
     * @return how many were sent
     */
    public long requests(CloudOperation operation) {
        return requests.getOrDefault(operation, 0L);
    }

    /**
     * @return all requests sent
     */
    public long allRequests() {
        return requests.values().stream().mapToLong(Long::longValue).sum();
    }
}
