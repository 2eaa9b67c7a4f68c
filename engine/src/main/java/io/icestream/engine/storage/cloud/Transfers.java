package io.icestream.engine.storage.cloud;

/**
 * How large objects are moved: in parts, several at a time.
 *
 * @param partsFromBytes objects of this size and above are uploaded in parts
 * @param uploadPartBytes size of all parts of an upload but the last; a multiple of 256 KiB, as Google
 *     wants it, and for S3 at least 5 MiB
 * @param downloadPartBytes reads of more than this are made in ranges of this size
 * @param parallelism how many parts a storage has under way at a time, of all objects together
 */
public record Transfers(long partsFromBytes, int uploadPartBytes, int downloadPartBytes, int parallelism) {
    private static final int MIB = 1 << 20;

    /** Uploads in parts of 16 MiB from 100 MiB on, downloads in ranges of 12 MiB, 16 at a time. */
    public static final Transfers DEFAULT = new Transfers(100L * MIB, 16 * MIB, 12 * MIB, 16);

    /** What Google Cloud Storage wants of all parts but the last. */
    private static final int UPLOAD_UNIT = 256 << 10;

    /** Checks the ranges. */
    public Transfers {
        if (partsFromBytes < 1 || downloadPartBytes < 1 || parallelism < 1) {
            throw new IllegalArgumentException("Invalid transfers: sizes and parallelism must be at least 1");
        }
        if (uploadPartBytes < UPLOAD_UNIT || uploadPartBytes % UPLOAD_UNIT != 0) {
            throw new IllegalArgumentException(
                    "Invalid upload part size " + uploadPartBytes + ": it must be a multiple of 256 KiB");
        }
    }

    /**
     * @param threads how many parts at a time
     * @return the same sizes with that many
     */
    public Transfers withParallelism(int threads) {
        return new Transfers(partsFromBytes, uploadPartBytes, downloadPartBytes, threads);
    }
}
