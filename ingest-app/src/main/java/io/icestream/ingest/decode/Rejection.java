package io.icestream.ingest.decode;

import io.icestream.ingest.protocol.Reason;

/** Leaves the interpreter with the reason why a record cannot be used. Never leaves the package; has no stack trace. */
final class Rejection extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Reason reason;
    private final String detail;

    Rejection(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
        this.detail = detail;
    }

    Reason reason() {
        return reason;
    }

    String detail() {
        return detail;
    }
}
