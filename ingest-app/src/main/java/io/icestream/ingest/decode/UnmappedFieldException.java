package io.icestream.ingest.decode;

/** A schema lacks a mapped field or has it in a type that cannot be used. Never leaves the package; has no stack trace. */
final class UnmappedFieldException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnmappedFieldException(String message) {
        super(message, null, false, false);
    }
}
