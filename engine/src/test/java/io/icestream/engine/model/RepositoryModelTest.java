package io.icestream.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Random calls of everything public that changes a repository, made on the engine and on a plain model; after each of them all
 * that can be seen must be the same, now and then by another handle and after verification of every object. What the model
 * expects to be refused must be refused, by type. Two sessions at a time are among the calls, with the conflicts and the
 * outcome of the rebase as the rules of GUARANTEES.md have it.
 *
 * <p>Each step draws its own random numbers, so that steps can be left out: after a failure, those are left out that it
 * does not need, and the few that are left are told. {@code -Dicestream.model.seed=N -Dicestream.model.runs=M
 * -Dicestream.model.steps=K} in {@code icestream.test.jvm.flags} runs more of them.
 */
class RepositoryModelTest {
    private static final long FIRST_SEED = Long.getLong("icestream.model.seed", 1L);
    private static final int RUNS = Integer.getInteger("icestream.model.runs", 8);
    private static final int STEPS = Integer.getInteger("icestream.model.steps", 160);
    private static final int SHRINKING_RUNS = 150;
    private static final SortedMap<String, Integer> COUNTS = new TreeMap<>();

    @AfterAll
    static void print() {
        System.out.println(RUNS + " runs of " + STEPS + " steps: " + COUNTS);
    }

    @Test
    void agreesWithAPlainModel() {
        for (long seed = FIRST_SEED; seed < FIRST_SEED + RUNS; seed++) {
            try {
                run(seed, all(), COUNTS, new ArrayList<>());
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError(shrink(seed), e);
            }
        }
    }

    private static SortedSet<Integer> all() {
        TreeSet<Integer> steps = new TreeSet<>();
        for (int step = 0; step < STEPS; step++) {
            steps.add(step);
        }
        return steps;
    }

    private static void run(long seed, SortedSet<Integer> steps, SortedMap<String, Integer> counts, List<String> log) {
        try (ModelledRepository repository = new ModelledRepository(seed, counts, log)) {
            steps.forEach(repository::step);
            repository.compareEverything();
        }
    }

    private static boolean fails(long seed, SortedSet<Integer> steps) {
        try {
            run(seed, steps, new TreeMap<>(), new ArrayList<>());
            return false;
        } catch (AssertionError | RuntimeException e) {
            return true;
        }
    }

    /** Leaves out what the failure does not need, in ever smaller parts. */
    private static String shrink(long seed) {
        SortedSet<Integer> steps = all();
        int runs = 0;
        for (int part = STEPS / 2; part >= 1; part /= 2) {
            for (int from = 0; from < STEPS && runs < SHRINKING_RUNS; from += part) {
                SortedSet<Integer> fewer = new TreeSet<>(steps);
                if (fewer.removeAll(new TreeSet<>(steps.subSet(from, from + part)))) {
                    runs++;
                    if (fails(seed, fewer)) {
                        steps = fewer;
                    }
                }
            }
        }
        List<String> log = new ArrayList<>();
        String what = "";
        try {
            run(seed, steps, new TreeMap<>(), log);
        } catch (AssertionError | RuntimeException e) {
            what = String.valueOf(e);
        }
        return "Seed " + seed + ", steps " + steps + " are enough:\n" + String.join("\n", log) + "\n" + what;
    }
}
