package io.icestream.ingest.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * CF time units: whole seconds (or microseconds, minutes, hours, ...) since an epoch, proleptic Gregorian calendar.
 *
 * @param unit the unit of one step of the coordinate
 * @param epoch instant that the coordinate calls 0
 */
public record CfTimeUnits(Unit unit, Instant epoch) {

    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT);
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);
    private static final Pattern FORM =
            Pattern.compile("(\\w+) since (\\d{4}-\\d{2}-\\d{2})(?:[T ](\\d{2}:\\d{2}(?::\\d{2})?))?(?: ?(?:Z|UTC))?");

    /**
     * Reads the CF form.
     *
     * @param text unit, {@code since}, date and perhaps time in UTC, for instance {@code hours since 1900-01-01 06:00:00}
     * @return the units, or empty if the text has another form
     */
    public static Optional<CfTimeUnits> parse(String text) {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String time = matcher.group(3) == null ? "00:00" : matcher.group(3);
        try {
            Instant epoch = LocalDateTime.parse(matcher.group(2) + "T" + time).toInstant(ZoneOffset.UTC);
            return Unit.find(matcher.group(1)).map(unit -> new CfTimeUnits(unit, epoch));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** {@return the CF form, such as {@code seconds since 1970-01-01}} */
    public String text() {
        boolean day = epoch.truncatedTo(ChronoUnit.DAYS).equals(epoch);
        return unit.plural() + " since " + (day ? DAY : TIME).format(epoch.atOffset(ZoneOffset.UTC));
    }

    /** Units that the coordinate may count in. */
    public enum Unit {
        MICROSECONDS(Duration.ofNanos(1_000)),
        MILLISECONDS(Duration.ofMillis(1)),
        SECONDS(Duration.ofSeconds(1)),
        MINUTES(Duration.ofMinutes(1)),
        HOURS(Duration.ofHours(1)),
        DAYS(Duration.ofDays(1));

        private final Duration length;

        Unit(Duration length) {
            this.length = length;
        }

        private static Optional<Unit> find(String name) {
            return Arrays.stream(values())
                    .filter(unit -> unit.plural().equals(name) || unit.plural().equals(name + "s"))
                    .findFirst();
        }

        private String plural() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** {@return how long one unit lasts} */
        public Duration length() {
            return length;
        }
    }
}
