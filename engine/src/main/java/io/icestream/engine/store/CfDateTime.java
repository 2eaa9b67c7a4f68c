package io.icestream.engine.store;

import java.time.Instant;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;

/**
 * A date and time in UTC as a CF calendar has it: {@code 2000-02-30} is one of them in a calendar of equal months. Ordered by its fields.
 *
 * @param year the year
 * @param month the month, from 1
 * @param day the day of the month, from 1
 * @param time the time of the day
 */
public record CfDateTime(int year, int month, int day, LocalTime time) implements Comparable<CfDateTime> {
    private static final Comparator<CfDateTime> ORDER = Comparator.comparingInt(CfDateTime::year)
            .thenComparingInt(CfDateTime::month)
            .thenComparingInt(CfDateTime::day)
            .thenComparing(CfDateTime::time);

    /**
     * @param instant an instant
     * @return its date and time in the proleptic Gregorian calendar
     */
    public static CfDateTime of(Instant instant) {
        OffsetDateTime utc = instant.atOffset(ZoneOffset.UTC);
        return new CfDateTime(utc.getYear(), utc.getMonthValue(), utc.getDayOfMonth(), utc.toLocalTime());
    }

    @Override
    public int compareTo(CfDateTime other) {
        return ORDER.compare(this, other);
    }

    /**
     * @return the text in ISO 8601, such as {@code 2000-02-30T12:00:00Z}
     */
    @Override
    public String toString() {
        // LocalTime leaves out seconds of zero, Instant does not.
        String clock = time.getSecond() == 0 && time.getNano() == 0 ? time + ":00" : time.toString();
        return String.format("%04d-%02d-%02dT%sZ", year, month, day, clock);
    }
}
