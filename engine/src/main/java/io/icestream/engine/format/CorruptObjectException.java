package io.icestream.engine.format;

import io.icestream.engine.IcestreamException;

/**
 * Says that the bytes of an object are not what the format asks for. Reading the same bytes again cannot help; another
 * copy of the object may.
 */
public final class CorruptObjectException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final String object;
    private final long position;
    private final String expected;
    private final String found;

    /**
     * @param object key of the object, such as {@code snapshots/1CECHNKREP0F1RSTCMT0}
     * @param position byte where the contradiction was seen, counted in the file for the envelope and in the
     *     decompressed body for all else
     * @param expected what the format asks for at that place
     * @param found what is there
     */
    public CorruptObjectException(String object, long position, String expected, String found) {
        super("Corrupt object " + object + " at byte " + position + ": expected " + expected + ", found " + found);
        this.object = object;
        this.position = position;
        this.expected = expected;
        this.found = found;
    }

    /** Key of the damaged object. */
    public String object() {
        return object;
    }

    /** Byte where the contradiction was seen. */
    public long position() {
        return position;
    }

    /** What the format asks for. */
    public String expected() {
        return expected;
    }

    /** What is there instead. */
    public String found() {
        return found;
    }
}
