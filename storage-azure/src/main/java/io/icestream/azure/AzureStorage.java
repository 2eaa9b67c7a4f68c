package io.icestream.azure;

import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.HttpCalls;

/**
 * Keeps objects in a container of Azure Blob storage, as block blobs.
 *
 * <p><b>Versions</b> are ETags, which the store makes anew with every write. Conditional writes carry {@code If-Match} or
 * {@code If-None-Match: *}.
 *
 * <p><b>Large objects</b> are uploaded as blocks, several at a time; the request that makes a blob of them carries the
 * condition. Blocks of an upload that was given up are removed by the store after a week. Objects are read in ranges at
 * the same time, and deleted one by one, several at a time: the store's request for several at once is not open to all
 * kinds of credentials.
 *
 * <p>Source: Blob service REST API; Icechunk specification, file layout.
 */
public final class AzureStorage {
    private AzureStorage() {}

    /**
     * Opens a place in a container. Cost: no request; whether container and rights are there shows with the first call.
     *
     * @param options where and how
     * @return the storage, to be closed by the caller
     */
    public static CloudStorage open(AzureOptions options) {
        AzureAccess access = AzureAccess.open(options);
        return CloudStorage.open(
                options, counters -> new AzureCalls(new HttpCalls(options.requests(), counters), options, access));
    }
}
