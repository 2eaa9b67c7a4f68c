package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is counted once, what per manifest, and that counting in parts gives the same. */
class StorageStatisticsTest {
    private static final long CHUNK = Care.CHUNK_BYTES;
    private final Care care = new Care();

    private SnapshotId fill() {
        care.commit("a", 0, 1, 2);
        WritableSession session = care.repository.writableSession("main");
        session.attach(Care.A, ChunkIndex.of(8), new ChunkReference.Inline(Bytes.wrap(new byte[7])));
        session.attach(Care.A, ChunkIndex.of(9), new ChunkReference.Virtual("s3://b/k", 4, 50, Optional.empty()));
        session.commit(CommitRequest.of("others")).orThrow();
        return care.commit("b", 1);
    }

    @Test
    void countsStoredAndVirtualChunksOnceAndInlineOnesPerManifest() {
        fill();

        StorageReport report = new StorageStatistics(care.repository).run(Progress.NONE);

        assertThat(report.chunks().stored()).isEqualTo(new Tally(4, 4 * CHUNK));
        assertThat(report.chunks().virtual()).isEqualTo(new Tally(1, 50));
        assertThat(report.chunks().inline()).isEqualTo(new Tally(2, 14));
        assertThat(report.arrays()).containsOnlyKeys(Care.A);
        assertThat(report.arrays().get(Care.A)).isEqualTo(report.chunks());
        assertThat(report.objects().get(ObjectKind.CHUNK)).isEqualTo(new Tally(4, 4 * CHUNK));
        assertThat(report.objects())
                .hasEntrySatisfying(
                        ObjectKind.SNAPSHOT,
                        tally -> assertThat(tally.objects()).isEqualTo(5));
    }

    @Test
    void countingInPartsGivesTheSame() {
        fill();
        StorageReport whole = new StorageStatistics(care.repository).run(Progress.NONE);

        assertThat(new StorageStatistics(care.repository, 2).run(Progress.NONE)).isEqualTo(whole);
    }

    @Test
    void aRangeOfSnapshotsIsCountedByItself() {
        SnapshotId tip = fill();

        StorageReport report = new StorageStatistics(care.repository).run(List.of(tip), Progress.NONE);

        assertThat(report.chunks().stored()).isEqualTo(new Tally(3, 3 * CHUNK));
        assertThat(report.chunks().inline()).isEqualTo(new Tally(1, 7));
    }
}
