package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkIndexRange;
import io.icestream.engine.format.ManifestReference;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The manifests of one array, to be searched for the one that covers a chunk: the first whose extents contain it. Where
 * they follow each other along the first dimension, as those of an array that grows do, that is a binary search.
 */
final class ManifestIndex {
    private final List<ManifestReference> manifests;
    /** Where each begins along the first dimension, if they follow each other there; else empty. */
    private final long[] starts;

    private ManifestIndex(List<ManifestReference> manifests, long[] starts) {
        this.manifests = manifests;
        this.starts = starts;
    }

    static ManifestIndex of(List<ManifestReference> manifests) {
        return new ManifestIndex(manifests, follow(manifests) ? starts(manifests) : new long[0]);
    }

    private static boolean follow(List<ManifestReference> manifests) {
        long end = 0;
        for (ManifestReference manifest : manifests) {
            if (manifest.extents().isEmpty()) {
                return false;
            }
            ChunkIndexRange range = manifest.extents().get(0);
            if (range.from() < end) {
                return false;
            }
            end = range.to();
        }
        return true;
    }

    private static long[] starts(List<ManifestReference> manifests) {
        return manifests.stream()
                .mapToLong(manifest -> manifest.extents().get(0).from())
                .toArray();
    }

    Optional<ManifestReference> find(ChunkIndex chunk) {
        if (starts.length == 0 || chunk.rank() == 0) {
            return manifests.stream().filter(manifest -> manifest.covers(chunk)).findFirst();
        }
        int found = Arrays.binarySearch(starts, chunk.at(0));
        int candidate = found >= 0 ? found : -found - 2;
        return candidate < 0
                ? Optional.empty()
                : Optional.of(manifests.get(candidate)).filter(manifest -> manifest.covers(chunk));
    }
}
