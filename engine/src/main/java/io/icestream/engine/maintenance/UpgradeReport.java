package io.icestream.engine.maintenance;

/**
 * What an upgrade did, or would do.
 *
 * @param mode whether it was done
 * @param from version of the format before; 2 if there was nothing to upgrade
 * @param branches number of branches
 * @param tags number of tags
 * @param deletedTags number of names that were tags and can never be again
 * @param snapshots number of snapshots that branches and tags reach
 * @param operations number of entries in the log of operations
 * @param version1Files number of objects that only version 1 uses, and that were deleted, or would be
 */
public record UpgradeReport(
        RunMode mode,
        int from,
        int branches,
        int tags,
        int deletedTags,
        int snapshots,
        int operations,
        int version1Files) {}
