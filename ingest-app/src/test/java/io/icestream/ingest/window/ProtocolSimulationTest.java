package io.icestream.ingest.window;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Random schedules of the whole protocol: see {@link ProtocolSimulation} for what is simulated and what is checked. */
class ProtocolSimulationTest {

    private static final int SCHEDULES = Integer.getInteger("icestream.simulation.schedules", 200);
    private static final long FIRST_SEED = Long.getLong("icestream.simulation.seed", 1L);

    @Test
    void everySnapshotEqualsTheBatchOracleWhateverFails() {
        Map<String, Integer> statistics = new TreeMap<>();
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
            ProtocolSimulation simulation = new ProtocolSimulation(seed);
            try {
                simulation.run();
            } catch (RuntimeException e) {
                throw new AssertionError("schedule of seed " + seed + ": " + e.getMessage(), e);
            }
            simulation.statistics.forEach((what, times) -> statistics.merge(what, times, Integer::sum));
        }
        System.out.println(
                "protocol simulation: " + SCHEDULES + " schedules from seed " + FIRST_SEED + ", " + statistics);
        assertThat(statistics)
                .containsKeys(
                        "publish",
                        "tag",
                        "crash",
                        "zombie",
                        "foreign commit",
                        "reset",
                        "lost reply",
                        "reinit",
                        "other number of slots");
    }
}
