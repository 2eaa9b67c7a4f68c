package io.icestream.engine.store;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How numbers stand for times by CF conventions: {@code hours since 2013-01-01} in a calendar. Immutable.
 *
 * <p>Source: CF conventions 1.11, section 4.4.
 */
public final class CfTime {
    private static final long DAY_SECONDS = 86_400;

    private static final Pattern UNITS = Pattern.compile("\\s*(\\w+)\\s+since\\s+(.+?)\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern DATE_TIME = Pattern.compile(
            "(\\d{1,4})-(\\d{1,2})-(\\d{1,2})(?:[T ]+(\\d{1,2}):(\\d{2})(?::(\\d{2}(?:\\.\\d{1,9})?))?)?\\s*(Z|UTC|[+-]\\d{1,2}:?\\d{2})?");
    private static final Map<String, Duration> LENGTHS = Map.ofEntries(
            Map.entry("nanosecond", Duration.ofNanos(1)),
            Map.entry("microsecond", Duration.ofNanos(1_000)),
            Map.entry("millisecond", Duration.ofMillis(1)),
            Map.entry("second", Duration.ofSeconds(1)),
            Map.entry("sec", Duration.ofSeconds(1)),
            Map.entry("s", Duration.ofSeconds(1)),
            Map.entry("minute", Duration.ofMinutes(1)),
            Map.entry("min", Duration.ofMinutes(1)),
            Map.entry("hour", Duration.ofHours(1)),
            Map.entry("hr", Duration.ofHours(1)),
            Map.entry("h", Duration.ofHours(1)),
            Map.entry("day", Duration.ofDays(1)),
            Map.entry("d", Duration.ofDays(1)),
            Map.entry("week", Duration.ofDays(7)));
    private static final Map<String, Duration> LENGTHS_OF_EQUAL_MONTHS =
            Map.of("month", Duration.ofDays(30), "year", Duration.ofDays(360));

    private final Duration unit;
    private final CfCalendar calendar;
    private final Duration reference;

    /** The reference is counted from the start of 1970-01-01 of the calendar. */
    private CfTime(Duration unit, CfCalendar calendar, Duration reference) {
        this.unit = unit;
        this.calendar = calendar;
        this.reference = reference;
    }

    /**
     * Reads the attributes of an array.
     *
     * @param attributes its attributes, of which {@code units} and {@code calendar} count
     * @return how its numbers are to be read, or empty if they are no times, or the calendar is not supported. Months
     *     and years are units in the calendar of equal months only: elsewhere they differ in length
     */
    public static Optional<CfTime> of(ObjectNode attributes) {
        Matcher units = UNITS.matcher(attributes.path("units").asText());
        Optional<CfCalendar> calendar =
                CfCalendar.find(attributes.path("calendar").asText("standard"));
        if (!units.matches() || calendar.isEmpty()) {
            return Optional.empty();
        }
        return unit(units.group(1), calendar.get())
                .flatMap(length -> reference(units.group(2), calendar.get())
                        .map(reference -> new CfTime(length, calendar.get(), reference)));
    }

    private static Optional<Duration> unit(String text, CfCalendar calendar) {
        String name = text.toLowerCase(Locale.ROOT);
        String singular = name.length() > 1 && name.endsWith("s") ? name.substring(0, name.length() - 1) : name;
        Duration length = LENGTHS.get(singular);
        if (length == null && calendar == CfCalendar.DAYS_360) {
            length = LENGTHS_OF_EQUAL_MONTHS.get(singular);
        }
        return Optional.ofNullable(length);
    }

    /**
     * Reads a time as people write it.
     *
     * @param text a date, or a date and a time with or without zone; without zone it is UTC
     * @return the instant, or empty if the text is something else
     */
    public static Optional<Instant> parse(String text) {
        Matcher parts = DATE_TIME.matcher(text.strip());
        if (!parts.matches() || parts.group(1).length() < 4) {
            return Optional.empty();
        }
        try {
            LocalDate date = LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
            return Optional.of(date.atTime(time(parts)).toInstant(zone(parts)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> reference(String text, CfCalendar calendar) {
        Matcher parts = DATE_TIME.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            long shift = time(parts).toNanoOfDay();
            int zone = zone(parts).getTotalSeconds();
            return calendar.dayOf(number(parts, 1), number(parts, 2), number(parts, 3))
                    .map(day -> Duration.ofDays(day).plusNanos(shift).minusSeconds(zone));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static int number(Matcher parts, int group) {
        return Integer.parseInt(parts.group(group));
    }

    private static LocalTime time(Matcher parts) {
        if (parts.group(4) == null) {
            return LocalTime.MIDNIGHT;
        }
        String seconds = parts.group(6) == null ? "00" : parts.group(6);
        return LocalTime.parse("%02d:%s:%s".formatted(number(parts, 4), parts.group(5), seconds));
    }

    private static ZoneOffset zone(Matcher parts) {
        String zone = parts.group(7);
        if (zone == null || zone.equals("Z") || zone.equals("UTC")) {
            return ZoneOffset.UTC;
        }
        String digits = zone.substring(1).replace(":", "");
        String padded = digits.length() == 3 ? "0" + digits : digits;
        return ZoneOffset.of(zone.charAt(0) + padded.substring(0, 2) + ":" + padded.substring(2));
    }

    /**
     * @return the calendar that dates are in
     */
    public CfCalendar calendar() {
        return calendar;
    }

    /**
     * Decodes a whole number.
     *
     * @param value a number of units
     * @return its date and time, or empty if it is too far away
     */
    public Optional<CfDateTime> at(long value) {
        try {
            return Optional.of(dateTime(unit.multipliedBy(value).plus(reference)));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    /**
     * Decodes a number with a fraction, to the nanosecond.
     *
     * @param value a number of units
     * @return its date and time, or empty if it is not finite or too far away
     */
    public Optional<CfDateTime> at(double value) {
        if (!Double.isFinite(value)) {
            return Optional.empty();
        }
        double whole = Math.floor(value);
        try {
            Duration fraction = Duration.ofNanos(Math.round((value - whole) * unit.toNanos()));
            return Optional.of(
                    dateTime(unit.multipliedBy((long) whole).plus(fraction).plus(reference)));
        } catch (ArithmeticException e) {
            return Optional.empty();
        }
    }

    /**
     * Places a whole number on the time line.
     *
     * @param value a number of units
     * @return its instant, or empty if the calendar is not a real one or it is too far away
     */
    public Optional<Instant> instantAt(long value) {
        try {
            return calendar.isReal()
                    ? Optional.of(Instant.EPOCH.plus(unit.multipliedBy(value).plus(reference)))
                    : Optional.empty();
        } catch (ArithmeticException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private CfDateTime dateTime(Duration sinceStart) {
        long day = Math.floorDiv(sinceStart.getSeconds(), DAY_SECONDS);
        long second = Math.floorMod(sinceStart.getSeconds(), DAY_SECONDS);
        int[] date = calendar.dateOf(day);
        return new CfDateTime(
                date[0], date[1], date[2], LocalTime.ofSecondOfDay(second).withNano(sinceStart.getNano()));
    }
}
