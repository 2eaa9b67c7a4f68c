package io.icestream.ingest.cli.produce;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads event times: ISO 8601 (UTC where no offset is given, with {@code T} or a space), or numbers since 1970 whose unit is told by their
 * size unless it is given.
 */
final class EventTimes {

    /** What a number counts. */
    enum Unit {
        /** Seconds below 10^11, milliseconds below 10^14, microseconds below 10^17, else nanoseconds. */
        AUTO(0),
        S(6),
        MS(3),
        US(0),
        NS(-3);

        private final int powerOfMicros;

        Unit(int powerOfMicros) {
            this.powerOfMicros = powerOfMicros;
        }
    }

    private static final Pattern OFFSET = Pattern.compile("([zZ]|[-+][0-9]{2}(:?[0-9]{2})?)$");
    private static final Pattern NUMBER = Pattern.compile("[-+]?[0-9]+([.][0-9]+)?([eE][+]?[0-9]+)?");

    private final Unit unit;

    EventTimes(Unit unit) {
        this.unit = unit;
    }

    /**
     * Reads a time.
     *
     * @param value text or a number
     * @return microseconds since 1970
     * @throws IllegalArgumentException if it is no time
     */
    long micros(JsonNode value) {
        String text = value.asText().strip();
        if (NUMBER.matcher(text).matches()) {
            return microsOf(new BigDecimal(text));
        }
        return microsOf(text);
    }

    private long microsOf(BigDecimal number) {
        Unit known = unit == Unit.AUTO ? bySize(number) : unit;
        try {
            return number.scaleByPowerOfTen(known.powerOfMicros)
                    .setScale(0, RoundingMode.FLOOR)
                    .longValueExact();
        } catch (ArithmeticException tooLarge) {
            throw new IllegalArgumentException("'" + number + "' is beyond the range of times", tooLarge);
        }
    }

    private static Unit bySize(BigDecimal number) {
        int digits = number.precision() - number.scale();
        if (digits <= 11) {
            return Unit.S;
        }
        if (digits <= 14) {
            return Unit.MS;
        }
        return digits <= 17 ? Unit.US : Unit.NS;
    }

    private static long microsOf(String text) {
        try {
            return ChronoUnit.MICROS.between(Instant.EPOCH, instant(text.replace(' ', 'T')));
        } catch (DateTimeException | ArithmeticException invalid) {
            throw new IllegalArgumentException(
                    "'" + text + "' is no time: ISO 8601 or a number since 1970 is needed", invalid);
        }
    }

    private static Instant instant(String text) {
        int begin = text.indexOf('T');
        if (begin < 0) {
            return LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        }
        Matcher offset = OFFSET.matcher(text.substring(begin));
        if (!offset.find()) {
            return LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
        }
        LocalDateTime local = LocalDateTime.parse(text.substring(0, begin + offset.start()));
        return local.toInstant(ZoneOffset.of(offset.group().toUpperCase(Locale.ROOT)));
    }
}
