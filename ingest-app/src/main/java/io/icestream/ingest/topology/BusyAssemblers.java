package io.icestream.ingest.topology;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Which assemblers of each stream thread still work on their answer to a round. All tasks of a thread commit in one transaction, so the last
 * one to answer asks for it, and not each of them. Thread-safe.
 */
final class BusyAssemblers {

    private final Map<Thread, Set<Integer>> busy = new HashMap<>();

    /** Notes that a partition of the calling thread works on an answer. */
    synchronized void begin(int partition) {
        busy.computeIfAbsent(Thread.currentThread(), thread -> new HashSet<>()).add(partition);
    }

    /** Notes that it has answered or given up; whether no other one of the calling thread is at work. */
    synchronized boolean end(int partition) {
        Set<Integer> others = busy.get(Thread.currentThread());
        if (others == null) {
            return true;
        }
        others.remove(partition);
        if (others.isEmpty()) {
            busy.remove(Thread.currentThread());
            return true;
        }
        return false;
    }
}
