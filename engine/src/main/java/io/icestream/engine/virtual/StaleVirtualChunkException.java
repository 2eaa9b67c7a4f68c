package io.icestream.engine.virtual;

import io.icestream.engine.format.VirtualChecksum;

/** The object that a virtual chunk lies in is no longer what it was when the reference was written. */
public final class StaleVirtualChunkException extends VirtualChunkException {
    private static final long serialVersionUID = 1L;

    private final transient VirtualChecksum checksum;

    /**
     * @param location the location, as the reference has it
     * @param checksum what does not hold any more
     * @param message what could not be done, why, and the way out
     */
    public StaleVirtualChunkException(String location, VirtualChecksum checksum, String message) {
        super(location, message);
        this.checksum = checksum;
    }

    /**
     * @return what does not hold of the object any more
     */
    public VirtualChecksum checksum() {
        return checksum;
    }
}
