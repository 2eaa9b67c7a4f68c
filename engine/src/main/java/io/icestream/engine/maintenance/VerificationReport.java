package io.icestream.engine.maintenance;

import java.util.List;

/**
 * What a verification found.
 *
 * @param findings what is not as it should be; none in a sound repository
 * @param complete false if there were more findings than asked for
 * @param snapshots how many snapshots were looked at
 * @param manifests how many manifests, each once
 * @param references how many chunk references in these
 */
public record VerificationReport(
        List<Finding> findings, boolean complete, long snapshots, long manifests, long references) {
    /** Copies the list. */
    public VerificationReport {
        findings = List.copyOf(findings);
    }

    /**
     * @return whether everything that is referred to can be read
     */
    public boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.severity() == Finding.Severity.ERROR);
    }
}
