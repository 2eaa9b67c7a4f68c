package io.icestream.engine.observe;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What became of an {@link Activity}.
 *
 * @param outcome one of few words, see {@link Activity}
 * @param amounts how much of what, by name
 * @param failure what was thrown, if something was
 */
public record Ending(String outcome, SortedMap<String, Long> amounts, Optional<Throwable> failure) {
    /** The outcome of whatever ended with an exception. */
    public static final String FAILED = "failed";

    private static final Ending DONE = of("done");

    /** Copies the amounts. */
    public Ending {
        amounts = Collections.unmodifiableSortedMap(new TreeMap<>(amounts));
    }

    /**
     * @return that it was done, and there is nothing to be said of it
     */
    public static Ending done() {
        return DONE;
    }

    /**
     * @param outcome what became of it, in one of few words
     * @return the ending, without amounts
     */
    public static Ending of(String outcome) {
        return new Ending(outcome, Collections.emptySortedMap(), Optional.empty());
    }

    /**
     * @param failure what was thrown
     * @return the ending
     */
    public static Ending failed(Throwable failure) {
        return new Ending(FAILED, Collections.emptySortedMap(), Optional.of(failure));
    }

    /**
     * The same with one more amount.
     *
     * @param name of what
     * @param value how much
     * @return the changed ending
     */
    public Ending with(String name, long value) {
        SortedMap<String, Long> more = new TreeMap<>(amounts);
        more.put(name, value);
        return new Ending(outcome, more, failure);
    }
}
