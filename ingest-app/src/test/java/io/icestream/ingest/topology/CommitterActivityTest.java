package io.icestream.ingest.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A run that ends when the repository shows the last tag must not end before it was told of. */
class CommitterActivityTest {

    private static final int HOUR = 60;

    @Test
    void isNotIdleWhileTheRepositoryShowsWhatWasNotToldOf() throws Exception {
        try (TopologyHarness ingest = new TopologyHarness(TestIngest.config())) {
            ingest.observe(0, "A", 1).observe(26 * HOUR, "A", 2);
            int untold = 0;
            for (int tick = 0; tick < 1_000; tick++) {
                ingest.pass(Duration.ofMillis(10));
                long told = ingest.told.stream()
                        .filter(line -> line.startsWith("tagged"))
                        .count();
                if (ingest.repository.tags.size() > told) {
                    untold++;
                    assertThat(ingest.activity.isIdle()).as("tick %d", tick).isFalse();
                }
            }

            assertThat(untold).as("ticks between a tag and its message").isPositive();
            assertThat(ingest.told).anyMatch(line -> line.startsWith("tagged"));
            assertThat(ingest.activity.isIdle()).isTrue();
        }
    }
}
