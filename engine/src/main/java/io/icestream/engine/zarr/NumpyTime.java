package io.icestream.engine.zarr;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;

/** What the 64 bits of a time or duration mean. */
final class NumpyTime {
    /** Not a time, not a duration. */
    static final long NAT = Long.MIN_VALUE;

    private NumpyTime() {}

    /** The instant that a time counts to, to the nanosecond below; empty for NaT, without a unit, and beyond what {@link Instant} can hold. */
    static Optional<Instant> instant(DataType type, long value) {
        if (value == NAT || type.timeUnit() == TimeUnit64.GENERIC) {
            return Optional.empty();
        }
        try {
            return Optional.of(instantOf(type.timeUnit(), Math.multiplyExact(value, (long) type.timeScale())));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Instant instantOf(TimeUnit64 unit, long count) {
        if (unit == TimeUnit64.YEARS) {
            return start(Year.of(Math.toIntExact(Math.addExact(1970, count))).atDay(1));
        }
        if (unit == TimeUnit64.MONTHS) {
            return start(YearMonth.of(1970, 1).plusMonths(count).atDay(1));
        }
        long seconds = unit.seconds();
        if (seconds > 0) {
            return Instant.ofEpochSecond(Math.multiplyExact(count, seconds));
        }
        long perSecond = -seconds;
        long fraction = Math.floorMod(count, perSecond);
        long nanos = perSecond > 1_000_000_000L
                ? fraction / (perSecond / 1_000_000_000L)
                : fraction * (1_000_000_000L / perSecond);
        return Instant.ofEpochSecond(Math.floorDiv(count, perSecond), nanos);
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** A time in ISO 8601, a duration as number and unit, and {@code NaT}. */
    static String text(DataType type, long value) {
        if (value == NAT) {
            return "NaT";
        }
        if (type.kind() == DataType.Kind.DATETIME64) {
            Optional<Instant> instant = instant(type, value);
            if (instant.isPresent()) {
                return instant.get().toString();
            }
        }
        String scale = type.timeScale() == 1 ? "" : "*" + type.timeScale();
        return value + scale + type.timeUnit().zarrName();
    }
}
