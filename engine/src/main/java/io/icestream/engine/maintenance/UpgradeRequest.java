package io.icestream.engine.maintenance;

/**
 * How a repository is upgraded.
 *
 * @param mode whether anything is written
 * @param files what becomes of the objects that only version 1 uses
 */
public record UpgradeRequest(RunMode mode, Version1Files files) {
    /** What becomes of branches, tags and the configuration of version 1. */
    public enum Version1Files {
        /** They stay. Clients that know version 2 overlook them; clients that do not go on as if nothing had happened. */
        KEEP,
        /** They are deleted once the repository object is there, {@code main} first. */
        DELETE
    }

    /**
     * Upgrades, and keeps what version 1 uses.
     *
     * @return the request
     */
    public static UpgradeRequest defaults() {
        return new UpgradeRequest(RunMode.CHANGE, Version1Files.KEEP);
    }

    /**
     * @param value whether anything is written
     * @return the changed request
     */
    public UpgradeRequest withMode(RunMode value) {
        return new UpgradeRequest(value, files);
    }

    /**
     * @param value what becomes of the objects that only version 1 uses
     * @return the changed request
     */
    public UpgradeRequest withFiles(Version1Files value) {
        return new UpgradeRequest(mode, value);
    }
}
