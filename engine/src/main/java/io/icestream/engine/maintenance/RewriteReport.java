package io.icestream.engine.maintenance;

import io.icestream.engine.format.SnapshotId;
import java.util.Optional;

/**
 * What became of the manifests of a branch.
 *
 * @param mode whether it was done, or only would be
 * @param snapshot the snapshot that was made; empty if there was nothing to do, or nothing was to be changed
 * @param arrays number of arrays whose manifests were laid out otherwise
 * @param rewritten number of manifests that were read and written anew in another layout
 * @param references number of references in them
 * @param before the manifests of the branch before, with their bytes
 * @param after the manifests of the branch afterwards, with their bytes, those that others committed meanwhile included; of a
 *     dry run the number at most, and the bytes as they are
 * @param finished false if the time was over before the last array
 */
public record RewriteReport(
        RunMode mode,
        Optional<SnapshotId> snapshot,
        int arrays,
        long rewritten,
        long references,
        Tally before,
        Tally after,
        boolean finished) {}
