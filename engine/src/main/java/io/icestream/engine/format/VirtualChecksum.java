package io.icestream.engine.format;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What must still hold of the object that a virtual chunk lies in. */
public sealed interface VirtualChecksum {
    /**
     * The object has this entity tag.
     *
     * @param value the tag as the store reported it, quotes included
     */
    record EntityTag(String value) implements VirtualChecksum {}

    /**
     * The object was not modified after this time.
     *
     * @param time in whole seconds, from one second after the epoch to 2106
     */
    record LastModified(Instant time) implements VirtualChecksum {
        private static final long MAX_SECONDS = 0xFFFF_FFFFL;

        /** Checks the range; fractions of a second are cut off. */
        public LastModified {
            time = Instant.ofEpochSecond(time.getEpochSecond());
            if (time.getEpochSecond() < 1 || time.getEpochSecond() > MAX_SECONDS) {
                throw new IllegalArgumentException("Invalid time of last modification " + time
                        + ": seconds since 1970 must be from 1 to " + MAX_SECONDS);
            }
        }

        /**
         * The first whole second that is not before a time. Take this for objects whose times have fractions, as files have:
         * with a time that was cut off, they would always count as modified.
         *
         * @throws IllegalArgumentException as the constructor says
         */
        public static LastModified notBefore(Instant time) {
            return new LastModified(time.equals(time.truncatedTo(ChronoUnit.SECONDS)) ? time : time.plusSeconds(1));
        }
    }
}
