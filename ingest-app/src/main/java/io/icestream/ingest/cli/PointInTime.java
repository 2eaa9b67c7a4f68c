package io.icestream.ingest.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a point in time: an instant, or how long ago. */
final class PointInTime implements ITypeConverter<Instant> {

    private static final Pattern SHORT = Pattern.compile("([0-9]{1,9})([smhd])");

    private final InstantSource clock;

    /** By the system's clock; for picocli. */
    PointInTime() {
        this(InstantSource.system());
    }

    PointInTime(InstantSource clock) {
        this.clock = clock;
    }

    @Override
    public Instant convert(String text) {
        try {
            return text.contains(":") ? Instant.parse(text) : clock.instant().minus(duration(text));
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + text
                    + "' is neither a duration such as 36h, 30d or P7D, nor an instant such as 2026-11-21T00:00:00Z");
        }
    }

    /**
     * Reads a duration.
     *
     * @param text such as {@code 90s}, {@code 15m}, {@code 36h}, {@code 30d} or ISO 8601
     * @return the duration, not negative
     * @throws DateTimeException if it is something else
     */
    static Duration duration(String text) {
        Matcher matcher = SHORT.matcher(text);
        if (!matcher.matches()) {
            Duration parsed = Duration.parse(text);
            if (parsed.isNegative()) {
                throw new DateTimeException("a negative duration");
            }
            return parsed;
        }
        long count = Long.parseLong(matcher.group(1));
        return switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }
}
