package io.icestream.bench;

/** Refuses results of work that was not done. */
public final class Check {
    private Check() {}

    /**
     * Requires that something holds.
     *
     * @param holds whether it does
     * @param otherwise what is wrong if not
     * @throws IllegalStateException if it does not
     */
    public static void that(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException("Wrong result: " + otherwise);
        }
    }
}
