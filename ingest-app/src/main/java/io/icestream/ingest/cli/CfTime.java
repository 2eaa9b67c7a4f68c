package io.icestream.ingest.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Times as CF conventions write them: numbers of a unit since an epoch. Source: CF conventions, time coordinate.
 *
 * @param unit length of the unit
 * @param epoch what 0 stands for
 */
record CfTime(Duration unit, Instant epoch) {

    private static final Pattern UNITS = Pattern.compile("\\s*(\\w+)\\s+since\\s+(.+?)\\s*", Pattern.CASE_INSENSITIVE);
    private static final Pattern DATE_TIME = Pattern.compile(
            "(\\d{4})-(\\d{1,2})-(\\d{1,2})(?:[T ]+(\\d{1,2}):(\\d{2})(?::(\\d{2}(?:\\.\\d{1,9})?))?)?\\s*(Z|UTC|[+-]\\d{1,2}:?\\d{2})?");
    private static final Map<String, Duration> LENGTHS = Map.of(
            "nanosecond", Duration.ofNanos(1),
            "microsecond", Duration.ofNanos(1_000),
            "millisecond", Duration.ofMillis(1),
            "second", Duration.ofSeconds(1),
            "sec", Duration.ofSeconds(1),
            "minute", Duration.ofMinutes(1),
            "min", Duration.ofMinutes(1),
            "hour", Duration.ofHours(1),
            "hr", Duration.ofHours(1),
            "day", Duration.ofDays(1));
    private static final Set<String> CALENDARS = Set.of("standard", "gregorian", "proleptic_gregorian");

    /**
     * Reads the attributes of an array.
     *
     * @param attributes its attributes
     * @return how its numbers are to be read, or empty if they are no times of the usual calendar
     */
    static Optional<CfTime> of(ObjectNode attributes) {
        Matcher units = UNITS.matcher(attributes.path("units").asText());
        if (!units.matches()
                || !CALENDARS.contains(
                        attributes.path("calendar").asText("standard").toLowerCase(Locale.ROOT))) {
            return Optional.empty();
        }
        String name = units.group(1).toLowerCase(Locale.ROOT);
        Optional<Duration> unit = Optional.ofNullable(LENGTHS.getOrDefault(
                name, LENGTHS.get(name.endsWith("s") ? name.substring(0, name.length() - 1) : name)));
        return unit.flatMap(length -> parse(units.group(2)).map(epoch -> new CfTime(length, epoch)));
    }

    /**
     * Reads a time as people write it.
     *
     * @param text a date, or a date and a time with or without zone; without zone it is UTC
     * @return the instant, or empty if the text is something else
     */
    static Optional<Instant> parse(String text) {
        Matcher parts = DATE_TIME.matcher(text.strip());
        if (!parts.matches()) {
            return Optional.empty();
        }
        try {
            LocalDate date = LocalDate.of(number(parts, 1), number(parts, 2), number(parts, 3));
            LocalDateTime local = LocalDateTime.of(date, time(parts));
            return Optional.of(OffsetDateTime.of(local, zone(parts)).toInstant());
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
     * Decodes a whole number.
     *
     * @param value a number of units
     * @return its time
     */
    Instant at(long value) {
        return epoch.plus(unit.multipliedBy(value));
    }

    /**
     * Decodes a number with a fraction, to the nanosecond.
     *
     * @param value a finite number of units
     * @return its time
     */
    Instant at(double value) {
        long whole = (long) Math.floor(value);
        return at(whole).plusNanos(Math.round((value - whole) * unit.toNanos()));
    }
}
