package io.icestream.engine.storage.s3;

/**
 * How large objects are moved: in parts, several at a time.
 *
 * @param multipartThresholdBytes objects of this size and above are uploaded in parts
 * @param uploadPartBytes size of all parts of an upload but the last; S3 wants at least 5 MiB
 * @param downloadPartBytes reads of more than this are made in ranges of this size
 * @param parallelism how many parts a storage has under way at a time, of all objects together
 */
public record S3Transfers(long multipartThresholdBytes, int uploadPartBytes, int downloadPartBytes, int parallelism) {
    private static final int MIB = 1 << 20;

    /** Uploads in parts of 16 MiB from 100 MiB on, downloads in ranges of 12 MiB, 16 at a time. */
    public static final S3Transfers DEFAULT = new S3Transfers(100L * MIB, 16 * MIB, 12 * MIB, 16);

    private static final int MAX_PARTS = 10_000;

    /** Checks the ranges. */
    public S3Transfers {
        if (multipartThresholdBytes < 1 || uploadPartBytes < 1 || downloadPartBytes < 1 || parallelism < 1) {
            throw new IllegalArgumentException("Invalid transfers: sizes and parallelism must be at least 1");
        }
        if (Integer.MAX_VALUE / uploadPartBytes >= MAX_PARTS) {
            throw new IllegalArgumentException(
                    "Invalid upload part size " + uploadPartBytes + ": an upload has at most " + MAX_PARTS + " parts");
        }
    }
}
