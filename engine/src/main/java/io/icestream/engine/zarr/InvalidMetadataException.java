package io.icestream.engine.zarr;

import org.jspecify.annotations.Nullable;

/** A metadata document is no JSON, or a value in it is not what the Zarr specification allows there. */
public final class InvalidMetadataException extends ZarrException {
    private static final long serialVersionUID = 1L;

    private final String path;

    InvalidMetadataException(String path, String problem) {
        this(path, problem, null);
    }

    InvalidMetadataException(String path, String problem, @Nullable Throwable cause) {
        super("Invalid Zarr metadata at " + path + ": " + problem, cause);
        this.path = path;
    }

    /** The place in the document, as in {@code $.codecs[1].configuration.level}. */
    public String path() {
        return path;
    }
}
