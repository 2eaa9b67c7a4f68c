package io.icestream.ingest.slice;

import io.icestream.engine.IcestreamException;

/** Bytes that should be a block are none. Nothing was taken from them; reading them again does not help. */
public class CorruptBlockException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param position byte at which the damage shows
     * @param problem what was expected there and what was found
     */
    public CorruptBlockException(long position, String problem) {
        super("Corrupt block at byte " + position + ": " + problem);
    }
}
