package io.icestream.engine.zarr;

/**
 * What is known of a number of bytes before they are decoded: the bound that keeps a damaged chunk from filling the memory.
 *
 * @param maximum never more than this
 * @param exact whether it is just this
 */
record SizeLimit(int maximum, boolean exact) {
    /** Bound for chunks whose decoded size follows from nothing but the bytes themselves. */
    static final SizeLimit UNKNOWN = new SizeLimit(1 << 28, false);

    static SizeLimit exactly(int bytes) {
        return new SizeLimit(bytes, true);
    }

    /** The size after a step that adds a fixed number of bytes. */
    SizeLimit plus(int bytes) {
        return new SizeLimit((int) Math.min((long) maximum + bytes, Integer.MAX_VALUE), exact);
    }

    /** The size after compression: poor encoders and many small frames make data that does not compress somewhat larger. */
    SizeLimit compressed() {
        return new SizeLimit((int) Math.min((long) maximum + (maximum >>> 3) + (1 << 16), Integer.MAX_VALUE), false);
    }

    /** Whether so many bytes are within it. */
    boolean allows(int size) {
        return exact ? size == maximum : size <= maximum;
    }

    String describe() {
        return (exact ? "" : "at most ") + maximum + " bytes";
    }
}
