package io.icestream.engine.maintenance;

/**
 * What to verify.
 *
 * @param payloads whether to read the chunks too
 * @param tableEntries how many chunk objects to look at in one pass; each takes 28 to 56 bytes of memory. Where there are
 *     more, the manifests are read once per pass
 * @param maxFindings after how many findings to stop
 */
public record VerifyRequest(Payloads payloads, int tableEntries, int maxFindings) {
    /** Whether to read chunks. */
    public enum Payloads {
        /** Only look whether they are there and long enough. */
        SKIP,
        /** Read every one, once per reference. */
        READ
    }

    /** Checks the ranges. */
    public VerifyRequest {
        if (tableEntries < 1 || maxFindings < 1) {
            throw new IllegalArgumentException("Invalid number of table entries " + tableEntries + " or findings "
                    + maxFindings + ": each must be at least 1");
        }
    }

    /**
     * Without the payloads, up to a thousand findings.
     *
     * @return the request
     */
    public static VerifyRequest defaults() {
        return new VerifyRequest(Payloads.SKIP, 3_000_000, 1000);
    }

    /**
     * @param value whether to read the chunks too
     * @return the changed request
     */
    public VerifyRequest withPayloads(Payloads value) {
        return new VerifyRequest(value, tableEntries, maxFindings);
    }

    /**
     * @param value how many chunk objects to look at in one pass
     * @return the changed request
     */
    public VerifyRequest withTableEntries(int value) {
        return new VerifyRequest(payloads, value, maxFindings);
    }
}
