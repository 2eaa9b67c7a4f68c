package io.icestream.engine.testing;

/**
 * One call of a storage.
 *
 * @param number counts all calls from one on
 * @param operation which method
 * @param key the key, the prefix of a listing, the target of a copy, or the first key of a deletion
 */
public record StorageCall(long number, Operation operation, String key) {
    /** The methods of a storage. */
    public enum Operation {
        /** Reading a whole object. */
        FIND,
        /** Reading a whole object unless it is known. */
        FIND_IF_CHANGED,
        /** Reading a part. */
        FETCH_RANGE,
        /** Asking for size and age. */
        STAT,
        /** Listing. */
        LIST,
        /** Writing without condition. */
        PUT,
        /** Creating. */
        PUT_IF_ABSENT,
        /** Replacing a version. */
        PUT_IF_MATCHES,
        /** Copying a version. */
        COPY_IF_MATCHES,
        /** Deleting. */
        DELETE;

        /**
         * @return whether the call can change something
         */
        public boolean isWrite() {
            return this == PUT || this == DELETE || isConditionalWrite();
        }

        /**
         * @return whether the call has a {@link io.icestream.engine.storage.PutOutcome}
         */
        public boolean isConditionalWrite() {
            return this == PUT_IF_ABSENT || this == PUT_IF_MATCHES || this == COPY_IF_MATCHES;
        }
    }
}
