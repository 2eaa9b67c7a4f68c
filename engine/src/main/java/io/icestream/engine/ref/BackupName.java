package io.icestream.engine.ref;

import io.icestream.engine.format.SnapshotId;
import java.time.Instant;
import java.util.random.RandomGenerator;

/**
 * Names of the copies of objects that are replaced: newest first in a listing, and unique by 96 random bits. Source:
 * Icechunk specification 2, repository updates.
 */
final class BackupName {
    /** The year 3000 in milliseconds. */
    private static final long COUNTING_DOWN_FROM = 32_503_680_000_000L;

    private static final long FIFTEEN_DIGITS = 100_000_000_000_000L;

    private BackupName() {}

    static String at(Instant now, RandomGenerator random) {
        return at("repo", now, random);
    }

    static String at(String of, Instant now, RandomGenerator random) {
        long left = Math.max(0, COUNTING_DOWN_FROM - now.toEpochMilli());
        String digits = Long.toString(FIFTEEN_DIGITS + left).substring(1);
        return of + "." + digits + "." + SnapshotId.random(random);
    }
}
