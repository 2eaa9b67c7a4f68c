package io.icestream.engine.format;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Checks that the values of this package share. */
final class Ranges {
    static final long MAX_U32 = 0xFFFF_FFFFL;

    private static final long MAX_SECONDS = Long.MAX_VALUE / 1_000_000;

    private Ranges() {}

    static void checkByteRange(long offset, long length) {
        if (offset < 0 || length < 0 || offset + length < 0) {
            throw new IllegalArgumentException("Invalid byte range: offset " + offset + ", length " + length);
        }
    }

    static void checkPart(ChunkReference chunk, long offset, long length) {
        if (offset < 0 || length < 0 || offset > chunk.length() - length) {
            throw new IllegalArgumentException(
                    "Invalid part of a chunk of " + chunk.length() + " bytes: offset " + offset + ", length " + length);
        }
    }

    static void checkUnsigned32(String what, long value) {
        if (value < 0 || value > MAX_U32) {
            throw new IllegalArgumentException("Invalid " + what + " " + value + ": it must be from 0 to " + MAX_U32);
        }
    }

    static void checkNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException("Invalid " + what + " " + value + ": it must be at least 0");
        }
    }

    /** Cuts a time to the microseconds that the format stores. */
    static Instant storedTime(Instant time) {
        Instant stored = time.truncatedTo(ChronoUnit.MICROS);
        if (stored.isBefore(Instant.EPOCH) || stored.getEpochSecond() > MAX_SECONDS) {
            throw new IllegalArgumentException(
                    "Invalid time " + time + ": it is before 1970 or beyond 2^63 microseconds and cannot be stored");
        }
        return stored;
    }
}
