package io.icestream.engine.zarr;

import org.jspecify.annotations.Nullable;

/** Stored bytes of a chunk are not what its codecs produce: truncated, changed, or written for other metadata. */
public final class CorruptChunkException extends ZarrException {
    private static final long serialVersionUID = 1L;

    CorruptChunkException(String codec, String expected, String found) {
        this(codec, expected, found, null);
    }

    CorruptChunkException(String codec, String expected, String found, @Nullable Throwable cause) {
        super("Corrupt chunk (codec " + codec + "): expected " + expected + ", found " + found, cause);
    }
}
