package io.icestream.engine.zarr;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** What Zarr metadata or a Zarr chunk holds cannot be used; a retry on the same bytes does not help. */
public class ZarrException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public ZarrException(String message) {
        super(message);
    }

    /**
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public ZarrException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
