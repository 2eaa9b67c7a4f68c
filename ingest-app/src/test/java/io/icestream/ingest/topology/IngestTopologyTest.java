package io.icestream.ingest.topology;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The whole topology on {@link TopologyHarness}: what one sends in as observations comes out as snapshots. */
class IngestTopologyTest {

    @Test
    void publishesAWindowWhenTheWatermarkPassesItsEnd() {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.observe(0, "A", 1).observe(20, "B", 2).observe(59, "C", 3).pass();
            assertThat(ingest.tip().closed()).isZero();

            ingest.observe(61, "A", 4).pass();
            assertThat(ingest.tip().closed()).isEqualTo(1);
            assertThat(ingest.repository.at(0, "A")).isEqualTo(1);
            assertThat(ingest.repository.at(20, "B")).isEqualTo(2);
            assertThat(ingest.repository.at(40, "C")).isEqualTo(3);
            assertThat(ingest.repository.at(60, "A")).isNaN();
            assertThat(ingest.tip().isBalanced()).isTrue();
        }
    }
}
