package io.icestream.engine.maintenance;

/**
 * How many, and how large.
 *
 * @param objects number of objects
 * @param bytes their sizes together
 */
public record Tally(long objects, long bytes) {
    /** Nothing. */
    public static final Tally NONE = new Tally(0, 0);

    /**
     * @param other another tally
     * @return both together
     */
    public Tally plus(Tally other) {
        return new Tally(objects + other.objects, bytes + other.bytes);
    }
}
