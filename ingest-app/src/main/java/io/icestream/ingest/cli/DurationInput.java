package io.icestream.ingest.cli;

import java.time.DateTimeException;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a duration of a command line. */
final class DurationInput implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            return PointInTime.duration(text);
        } catch (DateTimeException e) {
            throw new TypeConversionException("'" + text + "' is no duration such as 90s, 15m, 2h or PT2H");
        }
    }
}
