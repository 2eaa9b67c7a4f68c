package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Writers, readers, somebody who keeps tags and branches, and a collector who also expires work on one repository at the
 * same time, interleaved at every storage call in an order that a seed decides, in simulated time. Messages are lost, fail
 * and come late, processes die and start again. The {@link Ledger} checks every version of the repository object when it
 * takes effect: no commit lost or doubled, each snapshot on the tip of its time; and after every deletion that all is there.
 * Readers find exactly what the commits up to their snapshot mean to be there, or, if no ref leads to it any more, nothing.
 *
 * <p>{@code -Dicestream.simulation.seed=N -Dicestream.simulation.schedules=M} in {@code icestream.test.jvm.flags} runs M
 * schedules from seed N on.
 */
class WritersReadersCollectorSimulation {
    private static final long FIRST_SEED = Long.getLong("icestream.simulation.seed", 1L);
    private static final int SCHEDULES = Integer.getInteger("icestream.simulation.schedules", 8);
    private static final SortedMap<String, Integer> COUNTS = new TreeMap<>();

    @AfterAll
    static void print() {
        System.out.println(SCHEDULES + " schedules: " + COUNTS);
    }

    @Test
    void nothingIsLostDoubledOrHalf() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed++) {
            try {
                run(seed, SimulatedStorage.Odds.USUAL, Duration.ofMinutes(4), COUNTS);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(
                        "Run again with -Dicestream.simulation.seed=" + seed + " -Dicestream.simulation.schedules=1",
                        e);
            }
        }
        assertThat(COUNTS).containsKeys("committed", "rebased", "snapshots read", "objects deleted", "ExpirationRan");
    }

    /** The simulation would notice: a collector that does not wait until objects are old breaks commits under way. */
    @Test
    void aCollectorThatDoesNotMindTheAgeIsCaught() {
        int caught = 0;
        for (long seed = 1; seed <= 3; seed++) {
            try {
                run(seed, SimulatedStorage.Odds.NONE, Duration.ZERO, new TreeMap<>());
            } catch (AssertionError e) {
                caught++;
            }
        }
        assertThat(caught).isPositive();
    }

    private static void run(long seed, SimulatedStorage.Odds odds, Duration age, SortedMap<String, Integer> counts) {
        SimulatedWorld world = new SimulatedWorld(seed, odds, age, counts);
        world.run();
        world.ledger().verify("at the end");
        try (Repository repository = world.open()) {
            for (SnapshotId id : repository.info().snapshots().ids()) {
                assertThat(Ledger.read(repository.readonlySession(Version.snapshot(id))))
                        .as("snapshot " + id)
                        .isEqualTo(world.ledger().contentOf(id));
            }
        }
    }
}
