package io.icestream.engine.asset;

/**
 * How much an {@link AssetStore} keeps in memory.
 *
 * @param metadataBytes for snapshots, manifests and transaction logs; zero keeps none
 * @param chunkBytes for chunks as stored; zero keeps none
 */
public record AssetCacheSizes(long metadataBytes, long chunkBytes) {
    /** Room for the manifests of some dozen large arrays, and for few chunks, as most readers want each only once. */
    public static final AssetCacheSizes DEFAULT = new AssetCacheSizes(128L << 20, 64L << 20);

    /** Checks that no size is negative. */
    public AssetCacheSizes {
        if (metadataBytes < 0 || chunkBytes < 0) {
            throw new IllegalArgumentException(
                    "Invalid cache sizes: " + metadataBytes + " and " + chunkBytes + " bytes; each must be at least 0");
        }
    }
}
