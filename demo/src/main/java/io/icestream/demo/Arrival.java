package io.icestream.demo;

/**
 * A record on its way to the topic.
 *
 * @param minute simulated minute at which it arrives, since 1970
 * @param kind what is special about it
 * @param station label of the station, which is the record's key
 * @param eventMinute simulated minute that it tells of, since 1970
 */
record Arrival(long minute, Kind kind, String station, long eventMinute) {

    /** What is special about a record. */
    enum Kind {
        /** It arrives within minutes, though not always in order. */
        USUAL,
        /** It arrives hours later, when its window is published already. */
        LATE,
        /** It was sent before. */
        REPEATED,
        /** It tells of the day before yesterday, which can no longer change. */
        TOO_LATE,
        /** It is text instead of Avro. */
        GARBAGE,
        /** It names a schema that the registry does not have. */
        UNKNOWN_SCHEMA,
        /** It comes from a station that is not in the list. */
        UNKNOWN_STATION,
        /** Its time lies between two slots. */
        OFF_GRID,
        /** Its clock is decades ahead. */
        FROM_THE_FUTURE;

        /** {@return whether it is to end as a dead letter} */
        boolean isBroken() {
            return this != USUAL && this != LATE && this != REPEATED;
        }
    }
}
