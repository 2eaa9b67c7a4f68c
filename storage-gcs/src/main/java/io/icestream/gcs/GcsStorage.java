package io.icestream.gcs;

import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.HttpCalls;

/**
 * Keeps objects in a bucket of Google Cloud Storage.
 *
 * <p><b>Versions</b> are generations, which the store never gives twice. Conditional writes carry {@code
 * ifGenerationMatch}, which is 0 for an object that must not be there.
 *
 * <p><b>Rate.</b> The store takes about one write per second of the same object, so about one commit per second of a
 * repository; faster writers are throttled, which is repeated like any other throttling.
 *
 * <p><b>Large objects</b> are uploaded in one resumable session, part after part; the session carries the condition,
 * which holds when the last part arrives. They are read in ranges at the same time.
 *
 * <p>Source: JSON API of Google Cloud Storage; Icechunk specification, file layout.
 */
public final class GcsStorage {
    private GcsStorage() {}

    /**
     * Opens a place in a bucket. Cost: no request; whether bucket and rights are there shows with the first call.
     *
     * @param options where and how
     * @return the storage, to be closed by the caller
     * @throws io.icestream.engine.storage.StorageException if the credentials cannot be read
     */
    public static CloudStorage open(GcsOptions options) {
        GcsTokens tokens = GcsTokens.open(options);
        return CloudStorage.open(
                options, counters -> new GcsCalls(new HttpCalls(options.requests(), counters), options, tokens));
    }
}
