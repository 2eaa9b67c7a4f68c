package io.icestream.engine.maintenance;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.testing.ChildJvm;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A hundred thousand snapshots, and five million references in one array, each in a process with one GiB of heap: what they
 * take is printed. Too long for every build; CI runs it by itself.
 */
@Tag("large")
class LargeRepositoryTest {
    private static final List<String> HEAP =
            List.of("-Xmx1g", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=4");

    private static void runs(Class<?> main, String... results) {
        try (ChildJvm process = ChildJvm.start(HEAP, main)) {
            assertThat(process.awaitExit(Duration.ofMinutes(15)))
                    .as(process.output())
                    .isZero();
            System.out.print(process.output());
            assertThat(process.output()).contains(results);
        }
    }

    @Test
    void aHundredThousandSnapshotsOpenCommitExpireAndAreLookedThrough() {
        runs(ManySnapshots.class, "history: 100001 snapshots", "expired: 50000", "collector: 50000 snapshots would go");
    }

    @Test
    void fiveMillionReferencesAreReadCommittedLaidOutAndCompacted() {
        runs(
                ManyReferences.class,
                "references: 5000000",
                "compacted: 1006620 chunks of 1006620 objects into 60",
                "laid out: 5000000 references");
    }
}
