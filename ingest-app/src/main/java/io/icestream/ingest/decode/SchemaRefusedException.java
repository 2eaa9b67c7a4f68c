package io.icestream.ingest.decode;

import io.icestream.engine.IcestreamException;
import org.jspecify.annotations.Nullable;

/** The registry does not take a schema. Somebody has to change the schema or the subject's rules. */
public class SchemaRefusedException extends IcestreamException {
    private static final long serialVersionUID = 1L;

    /**
     * @param message what could not be done, why, and the way out
     */
    public SchemaRefusedException(String message) {
        super(message);
    }

    /**
     * @param message what could not be done, why, and the way out
     * @param cause the first cause, or null
     */
    public SchemaRefusedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
