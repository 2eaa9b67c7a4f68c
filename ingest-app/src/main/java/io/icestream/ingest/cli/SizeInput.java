package io.icestream.ingest.cli;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a number of bytes of a command line, below 2 GiB. */
final class SizeInput implements ITypeConverter<Integer> {

    private static final Pattern SIZE = Pattern.compile("([0-9]{1,10})(|KiB|MiB|GiB)");

    @Override
    public Integer convert(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (matcher.matches()) {
            long bytes = Long.parseLong(matcher.group(1)) << shift(matcher.group(2));
            if (bytes <= Integer.MAX_VALUE) {
                return (int) bytes;
            }
        }
        throw new TypeConversionException("'" + text + "' is no size such as 16MiB, 512KiB or 1000000, below 2GiB");
    }

    private static int shift(String unit) {
        return switch (unit) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            default -> 0;
        };
    }
}
