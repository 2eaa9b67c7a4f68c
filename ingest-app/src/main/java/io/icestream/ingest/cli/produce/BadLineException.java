package io.icestream.ingest.cli.produce;

/** A line of the input cannot be used. */
final class BadLineException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long line;

    BadLineException(long line, String reason) {
        super(reason);
        this.line = line;
    }

    /** {@return number of the line, from 1} */
    long line() {
        return line;
    }
}
