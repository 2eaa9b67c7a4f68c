package io.icestream.engine.format;

import io.icestream.engine.IcestreamException;

/**
 * Says that an object is well formed as far as can be told, but of a version or kind that this release does not know.
 * A newer release may read it.
 */
public final class UnsupportedFormatException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    private final String object;
    private final String feature;

    /**
     * @param object key of the object
     * @param feature what is not known, with its value, such as {@code format version 1}
     */
    public UnsupportedFormatException(String object, String feature) {
        super("Cannot process object " + object + ": " + feature + " is not supported by this release");
        this.object = object;
        this.feature = feature;
    }

    /** Key of the object. */
    public String object() {
        return object;
    }

    /** What is not known. */
    public String feature() {
        return feature;
    }
}
