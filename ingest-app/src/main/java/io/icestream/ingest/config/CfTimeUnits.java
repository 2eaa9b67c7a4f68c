package io.icestream.ingest.config;

import java.time.Duration;
import java.time.Instant;

/**
 * CF time units: whole seconds or minutes (hours, days) since an epoch, proleptic Gregorian calendar.
 *
 * @param unit the unit of one step of the coordinate
 * @param epoch instant that the coordinate calls 0
 */
public record CfTimeUnits(Unit unit, Instant epoch) {

    /** Units that the coordinate may count in. */
    public enum Unit {
        SECONDS(Duration.ofSeconds(1)),
        MINUTES(Duration.ofMinutes(1)),
        HOURS(Duration.ofHours(1)),
        DAYS(Duration.ofDays(1));

        private final Duration length;

        Unit(Duration length) {
            this.length = length;
        }

        /** {@return how long one unit lasts} */
        public Duration length() {
            return length;
        }
    }
}
