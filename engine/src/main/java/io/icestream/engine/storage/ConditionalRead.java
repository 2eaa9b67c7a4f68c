package io.icestream.engine.storage;

/** The answer to a read by somebody who already holds a version of the object. */
public sealed interface ConditionalRead {
    /**
     * The object is no longer in the known version.
     *
     * @param object the object as it is now
     */
    record Changed(StoredObject object) implements ConditionalRead {}

    /** The object still is in the known version; nothing was transferred. */
    record Unchanged() implements ConditionalRead {}

    /** There is no object under the key. */
    record Absent() implements ConditionalRead {}
}
