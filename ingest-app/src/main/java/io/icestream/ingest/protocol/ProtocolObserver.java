package io.icestream.ingest.protocol;

/** Is told when the protocol passes a named point. Called on the thread that does the work; must be quick. */
@FunctionalInterface
public interface ProtocolObserver {

    /** Takes no notice. */
    ProtocolObserver NONE = point -> {};

    /**
     * A point was reached.
     *
     * @param point the point
     */
    void reached(ProtocolPoint point);
}
