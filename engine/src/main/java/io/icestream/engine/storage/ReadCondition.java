package io.icestream.engine.storage;

import java.time.Instant;
import java.util.Optional;

/** What must hold of an object for a read of it to be wanted. */
public sealed interface ReadCondition {
    /**
     * No condition.
     *
     * @return one that always holds
     */
    static ReadCondition none() {
        return new None();
    }

    /** Anything will do. */
    record None() implements ReadCondition {}

    /**
     * The object has this entity tag.
     *
     * @param tag the tag, with or without quotes; a weak one starts with {@code W/}
     */
    record EntityTag(String tag) implements ReadCondition {
        /**
         * @return the tag without quotes
         */
        public String bare() {
            return unquoted(tag);
        }

        private static String unquoted(String text) {
            String strong = text.startsWith("W/") ? text.substring(2) : text;
            return strong.length() >= 2 && strong.startsWith("\"") && strong.endsWith("\"")
                    ? strong.substring(1, strong.length() - 1)
                    : strong;
        }
    }

    /**
     * The object was not modified after this time.
     *
     * @param time in whole seconds
     */
    record UnmodifiedSince(Instant time) implements ReadCondition {}

    /**
     * Compares with what a reply says of the object.
     *
     * @param entityTag its tag, quotes included, or empty if the reply says none
     * @param lastModified its time, or empty if the reply says none
     * @return whether the condition holds, or empty if the reply does not say what is needed to tell
     */
    default Optional<Boolean> holds(Optional<String> entityTag, Optional<Instant> lastModified) {
        if (this instanceof EntityTag expected) {
            return entityTag.map(tag -> EntityTag.unquoted(tag).equals(expected.bare()));
        }
        if (this instanceof UnmodifiedSince since) {
            return lastModified.map(time -> !time.isAfter(since.time()));
        }
        return Optional.of(true);
    }
}
