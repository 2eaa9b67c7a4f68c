package io.icestream.ingest.decode;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** The registry has no schema of that id, or one that cannot be used as Avro. Records that name it are dead letters. */
public class SchemaNotFoundException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public SchemaNotFoundException(String message) {
        super(message);
    }

    /**
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public SchemaNotFoundException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
