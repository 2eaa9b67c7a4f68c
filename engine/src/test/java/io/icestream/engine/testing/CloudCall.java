package io.icestream.engine.testing;

/** The kinds of requests that a {@link CloudTestServer} knows, as it counts them and as faults are aimed at them. */
public enum CloudCall {
    GET,
    STAT,
    PUT,
    COPY,
    DELETE,
    DELETE_MANY,
    LIST,
    BEGIN_UPLOAD,
    UPLOAD_PART,
    COMPLETE_UPLOAD,
    ABORT_UPLOAD,
    OTHER
}
