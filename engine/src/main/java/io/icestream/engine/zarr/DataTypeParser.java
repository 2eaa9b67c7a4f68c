package io.icestream.engine.zarr;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** Reads the metadata's {@code data_type}. */
final class DataTypeParser {
    private static final Pattern RAW_BITS = Pattern.compile("r[1-9][0-9]{0,8}");

    /** Nested structures beyond this are damage, not data. */
    private static final int DEEPEST = 16;

    private DataTypeParser() {}

    static Optional<DataType> parse(Extension entry) {
        return parse(entry, 0);
    }

    private static Optional<DataType> parse(Extension entry, int depth) {
        Optional<DataType> plain = DataType.find(entry.name());
        if (plain.isPresent()) {
            entry.requireOnly(Set.of());
            return plain;
        }
        return switch (entry.name()) {
            case "raw_bytes" -> Optional.of(sized(entry, DataType::rawBytes));
            case "null_terminated_bytes" -> Optional.of(sized(entry, DataType::nullTerminatedBytes));
            case "fixed_length_utf32" -> Optional.of(utf32(entry));
            case "numpy.datetime64" ->
                Optional.of(checked(entry, () -> DataType.datetime64(unit(entry), scale(entry))));
            case "numpy.timedelta64" ->
                Optional.of(checked(entry, () -> DataType.timedelta64(unit(entry), scale(entry))));
            case "struct", "structured" -> struct(entry, depth);
            default -> rawBits(entry);
        };
    }

    private static Optional<DataType> rawBits(Extension entry) {
        if (!RAW_BITS.matcher(entry.name()).matches()) {
            return Optional.empty();
        }
        int bits = Integer.parseInt(entry.name().substring(1));
        return Optional.of(checked(entry, () -> DataType.rawBits(bits)));
    }

    private static DataType sized(Extension entry, IntFunction<DataType> type) {
        return checked(entry, () -> type.apply(lengthBytes(entry)));
    }

    private static DataType utf32(Extension entry) {
        int bytes = lengthBytes(entry);
        if (bytes % 4 != 0) {
            throw entry.configuration().member("length_bytes").expected("a multiple of 4");
        }
        return checked(entry, () -> DataType.fixedLengthUtf32(bytes / 4));
    }

    private static int lengthBytes(Extension entry) {
        return entry.requireOnly(Set.of("length_bytes"))
                .configuration()
                .member("length_bytes")
                .asInt(1, Integer.MAX_VALUE);
    }

    private static TimeUnit64 unit(Extension entry) {
        MetadataField unit = entry.requireOnly(Set.of("unit", "scale_factor"))
                .configuration()
                .member("unit");
        return TimeUnit64.find(unit.asText())
                .orElseThrow(() -> unit.expected("a unit of time that numpy has, such as \"ns\""));
    }

    private static int scale(Extension entry) {
        return entry.configuration().member("scale_factor").asInt(1, Integer.MAX_VALUE);
    }

    private static Optional<DataType> struct(Extension entry, int depth) {
        MetadataField list = entry.requireOnly(Set.of("fields")).configuration().member("fields");
        if (depth > DEEPEST) {
            throw list.invalid("structures are nested more than " + DEEPEST + " deep");
        }
        List<DataType.Field> fields = new ArrayList<>();
        for (MetadataField field : list.elements()) {
            // zarr-python wrote pairs before it wrote objects.
            boolean pair = field.node().isArray() && field.node().size() == 2;
            MetadataField name = pair ? field.element(0) : field.member("name");
            Extension type = Extension.parse(pair ? field.element(1) : field.member("data_type"));
            Optional<DataType> dataType = parse(type, depth + 1);
            if (dataType.isEmpty()) {
                return Optional.empty();
            }
            fields.add(new DataType.Field(name.asText(), dataType.get()));
        }
        return Optional.of(checked(entry, () -> DataType.struct(fields)));
    }

    private static DataType checked(Extension entry, Supplier<DataType> type) {
        try {
            return type.get();
        } catch (IllegalArgumentException e) {
            throw new InvalidMetadataException(entry.field().path(), String.valueOf(e.getMessage()), e);
        }
    }
}
