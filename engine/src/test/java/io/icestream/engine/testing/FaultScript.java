package io.icestream.engine.testing;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Decides for each call of a {@link FaultInjectingStorage} what goes wrong. Asked for one call at a time. */
@FunctionalInterface
public interface FaultScript {
    /** Nothing goes wrong. */
    FaultScript NO_FAULTS = call -> Fault.NONE;

    /**
     * @param call the call that is about to be made
     * @return what to do with it
     */
    Fault decide(StorageCall call);

    /**
     * One fault for every call of a kind.
     *
     * @param calls which calls
     * @param fault what happens to them
     * @return the script
     */
    static FaultScript always(Predicate<StorageCall> calls, Fault fault) {
        return call -> calls.test(call) ? fault : Fault.NONE;
    }

    /**
     * One fault for the first call of a kind, none for later ones.
     *
     * @param calls which calls
     * @param fault what happens to the first of them
     * @return the script
     */
    static FaultScript once(Predicate<StorageCall> calls, Fault fault) {
        AtomicBoolean done = new AtomicBoolean();
        return call -> calls.test(call) && done.compareAndSet(false, true) ? fault : Fault.NONE;
    }

    /**
     * Faults by chance, the same ones for the same seed and the same calls.
     *
     * @param seed start of the random numbers; name it in the message of a failing test
     * @param probability how many of the calls go wrong, from 0 to 1
     * @param faults what can go wrong, each as likely as the others; {@link Fault#REFUSE} meets conditional writes only
     * @return the script
     */
    static FaultScript seeded(long seed, double probability, List<Fault> faults) {
        Random random = new Random(seed);
        return call -> {
            boolean hit = random.nextDouble() < probability;
            Fault fault = faults.get(random.nextInt(faults.size()));
            boolean possible = fault != Fault.REFUSE || call.operation().isConditionalWrite();
            return hit && possible ? fault : Fault.NONE;
        };
    }
}
