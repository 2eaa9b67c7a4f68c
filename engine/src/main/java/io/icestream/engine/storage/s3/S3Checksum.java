package io.icestream.engine.storage.s3;

/** The checksum that is sent with what is written, and asked for with what is read whole. */
public enum S3Checksum {
    /** CRC-32; the default of S3. */
    CRC32,
    /** CRC-32C. */
    CRC32C,
    /** SHA-1. */
    SHA1,
    /** SHA-256. */
    SHA256,
    /** No checksum, for stores that do not know them; deleting many objects at once carries one nevertheless. */
    NONE
}
