package io.icestream.engine.maintenance;

import io.icestream.engine.format.NodePath;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Which small chunks, and which chunks among garbage, are to be put together into larger objects, and how. Immutable; each {@code with} method gives a changed
 * copy.
 *
 * @param branch the branch
 * @param message message of the snapshot
 * @param arrays the arrays; empty for all
 * @param sizes what is small, and how large objects become
 * @param minLiveShare chunks in packs of which less than this share is needed by anything that is reachable are put together
 *     with others, too; from 0, which looks for no such packs, to 1. See {@link Compaction}
 * @param along name of the dimension along which neighbours come together; where an array has none of this name, and where
 *     nothing is said, the first dimension
 * @param maxChunks how many chunks one run moves, give or take those of one object; each takes 37 to 75 bytes of memory
 * @param maxUncommittedAge when to stop and commit, counted from the first object written: less than the age that garbage
 *     collections go by
 * @param timeBudget when to stop and commit what is done; running again goes on. Empty: not before the end
 * @param mode whether to change anything
 */
public record CompactRequest(
        String branch,
        String message,
        Set<NodePath> arrays,
        Sizes sizes,
        double minLiveShare,
        Optional<String> along,
        int maxChunks,
        Duration maxUncommittedAge,
        Optional<Duration> timeBudget,
        RunMode mode) {
    private static final int DEFAULT_MAX_CHUNKS = 1_000_000;
    /** What is written anew is at most as much as what becomes free. */
    private static final double DEFAULT_MIN_LIVE_SHARE = 0.5;

    private static final Duration DEFAULT_MAX_UNCOMMITTED_AGE = Duration.ofHours(6);

    /**
     * Sizes that decide.
     *
     * @param smallBytes objects below this size are small: those of one chunk, and those that an earlier run packed
     * @param targetBytes size of the objects that are written; the last one of an array may be smaller
     * @param minObjects how many small objects it takes for an object below the target size to be written
     * @param inlineBytes where the chunks within one manifest have more bytes than this together, they are moved out of it
     */
    public record Sizes(int smallBytes, int targetBytes, int minObjects, long inlineBytes) {
        /** Objects below 1 MiB become objects of 16 MiB, or smaller ones if there are 8 at least; 1 MiB within a manifest. */
        public static final Sizes DEFAULT = new Sizes(1 << 20, 16 << 20, 8, 1 << 20);

        private static final int MAX_TARGET_BYTES = 512 << 20;

        /** Checks the ranges. */
        public Sizes {
            if (smallBytes < 1 || targetBytes < 2L * smallBytes || targetBytes > MAX_TARGET_BYTES) {
                throw new IllegalArgumentException("Invalid sizes: small is below " + smallBytes + " bytes, target is "
                        + targetBytes + "; the target must be at least twice as much, and at most " + MAX_TARGET_BYTES);
            }
            if (minObjects < 2) {
                throw new IllegalArgumentException(
                        "Invalid number of objects " + minObjects + ": it takes at least 2 to put them together");
            }
            if (inlineBytes < 0) {
                throw new IllegalArgumentException(
                        "Invalid number of bytes within a manifest " + inlineBytes + ": it must not be negative");
            }
        }

        /**
         * @param value below which size objects are small
         * @return the changed sizes
         */
        public Sizes withSmallBytes(int value) {
            return new Sizes(value, targetBytes, minObjects, inlineBytes);
        }

        /**
         * @param value size of the objects that are written
         * @return the changed sizes
         */
        public Sizes withTargetBytes(int value) {
            return new Sizes(smallBytes, value, minObjects, inlineBytes);
        }

        /**
         * @param value how many small objects it takes
         * @return the changed sizes
         */
        public Sizes withMinObjects(int value) {
            return new Sizes(smallBytes, targetBytes, value, inlineBytes);
        }

        /**
         * @param value how many bytes of chunks a manifest may hold
         * @return the changed sizes
         */
        public Sizes withInlineBytes(long value) {
            return new Sizes(smallBytes, targetBytes, minObjects, value);
        }
    }

    /** Checks the ranges. */
    public CompactRequest {
        arrays = Set.copyOf(arrays);
        if (!(minLiveShare >= 0 && minLiveShare <= 1)) {
            throw new IllegalArgumentException("Invalid share " + minLiveShare + ": it must be from 0 to 1");
        }
        if (maxChunks < 1) {
            throw new IllegalArgumentException("Invalid number of chunks " + maxChunks + ": it must be at least 1");
        }
        if (maxUncommittedAge.isNegative() || maxUncommittedAge.isZero()) {
            throw new IllegalArgumentException("Invalid age " + maxUncommittedAge + ": it must be positive");
        }
    }

    /**
     * All arrays of a branch, with the default sizes, packs of which half is garbage, along the first dimension, a million chunks
     * within six hours.
     *
     * @param branch the branch
     * @return the request
     */
    public static CompactRequest of(String branch) {
        return new CompactRequest(
                branch,
                "compact chunks",
                Set.of(),
                Sizes.DEFAULT,
                DEFAULT_MIN_LIVE_SHARE,
                Optional.empty(),
                DEFAULT_MAX_CHUNKS,
                DEFAULT_MAX_UNCOMMITTED_AGE,
                Optional.empty(),
                RunMode.CHANGE);
    }

    /**
     * @param value message of the snapshot
     * @return the changed request
     */
    public CompactRequest withMessage(String value) {
        return new CompactRequest(
                branch, value, arrays, sizes, minLiveShare, along, maxChunks, maxUncommittedAge, timeBudget, mode);
    }

    /**
     * @param value the arrays; empty for all
     * @return the changed request
     */
    public CompactRequest withArrays(Set<NodePath> value) {
        return new CompactRequest(
                branch, message, value, sizes, minLiveShare, along, maxChunks, maxUncommittedAge, timeBudget, mode);
    }

    /**
     * @param value what is small, and how large objects become
     * @return the changed request
     */
    public CompactRequest withSizes(Sizes value) {
        return new CompactRequest(
                branch, message, arrays, value, minLiveShare, along, maxChunks, maxUncommittedAge, timeBudget, mode);
    }

    /**
     * @param value packs of which less than this share is needed are rewritten, from 0 (none) to 1
     * @return the changed request
     */
    public CompactRequest withMinLiveShare(double value) {
        return new CompactRequest(
                branch, message, arrays, sizes, value, along, maxChunks, maxUncommittedAge, timeBudget, mode);
    }

    /**
     * @param value name of the dimension along which neighbours come together
     * @return the changed request
     */
    public CompactRequest withAlong(String value) {
        return new CompactRequest(
                branch,
                message,
                arrays,
                sizes,
                minLiveShare,
                Optional.of(value),
                maxChunks,
                maxUncommittedAge,
                timeBudget,
                mode);
    }

    /**
     * @param value how many chunks to move, about
     * @return the changed request
     */
    public CompactRequest withMaxChunks(int value) {
        return new CompactRequest(
                branch, message, arrays, sizes, minLiveShare, along, value, maxUncommittedAge, timeBudget, mode);
    }

    /**
     * @param value when to stop and commit, counted from the first object written
     * @return the changed request
     */
    public CompactRequest withMaxUncommittedAge(Duration value) {
        return new CompactRequest(
                branch, message, arrays, sizes, minLiveShare, along, maxChunks, value, timeBudget, mode);
    }

    /**
     * @param value when to stop and commit
     * @return the changed request
     */
    public CompactRequest withTimeBudget(Duration value) {
        return new CompactRequest(
                branch,
                message,
                arrays,
                sizes,
                minLiveShare,
                along,
                maxChunks,
                maxUncommittedAge,
                Optional.of(value),
                mode);
    }

    /**
     * @param value whether to change anything
     * @return the changed request
     */
    public CompactRequest withMode(RunMode value) {
        return new CompactRequest(
                branch, message, arrays, sizes, minLiveShare, along, maxChunks, maxUncommittedAge, timeBudget, value);
    }
}
