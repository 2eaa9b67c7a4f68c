package io.icestream.ingest.decode;

/** Who set the timestamp of a record. */
public enum TimestampOrigin {
    /** The broker, when it appended the record ({@code LogAppendTime}): it can be held against the event time. */
    BROKER,
    /** The producer ({@code CreateTime}), or nobody: the event time is held against our clock. */
    PRODUCER
}
