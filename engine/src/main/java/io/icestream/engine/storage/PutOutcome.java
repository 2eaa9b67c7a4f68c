package io.icestream.engine.storage;

/** What became of a conditional write. */
public sealed interface PutOutcome {
    /**
     * The write took effect.
     *
     * @param version the version that the object now carries
     */
    record Written(ObjectVersion version) implements PutOutcome {}

    /** The object was not in the expected version; nothing was written. */
    record Refused() implements PutOutcome {}

    /**
     * No reply, and reading back did not settle it: the write may have taken effect.
     *
     * @param cause why there is no certain answer
     */
    record Unknown(StorageException cause) implements PutOutcome {}
}
