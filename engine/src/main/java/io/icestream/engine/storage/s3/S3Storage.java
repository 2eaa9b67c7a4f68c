package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.cloud.CloudStorage;

/**
 * Keeps objects in a bucket of Amazon S3 or of a store that speaks its protocol.
 *
 * <p><b>Versions</b> are ETags. S3 makes them of the content, so equal bytes under one key have equal versions, whoever
 * wrote them and whatever was there between; the repository object is never twice the same.
 *
 * <p><b>Conditional writes</b> are PUTs with {@code If-None-Match: *} or {@code If-Match}. Refusals cost one further
 * request, a look at the object.
 *
 * <p><b>Large objects</b> are multipart uploads, whose completion carries the condition, and are read in ranges at the
 * same time; 1,000 objects are deleted in one request.
 *
 * <p><b>Connections.</b> The HTTP client is the one of the JDK; of the connections that are idle it keeps as many per
 * server as the system property {@code http.maxConnections} says, 5 by default: set it to the number of requests at a
 * time. An interrupt ends pauses at once, and a request under way within a tenth of a second.
 *
 * <p>Source: Amazon S3 API Reference; Icechunk specification, file layout.
 */
public final class S3Storage {
    private S3Storage() {}

    /**
     * Opens a place in a store. Cost: no request; whether bucket and rights are there shows with the first call.
     *
     * @param options where and how
     * @return the storage, to be closed by the caller
     * @throws io.icestream.engine.storage.StorageException if no region is set and none can be found
     */
    public static CloudStorage open(S3Options options) {
        return CloudStorage.open(options, counters -> S3Calls.open(options, counters));
    }
}
