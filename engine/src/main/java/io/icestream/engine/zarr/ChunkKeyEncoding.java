package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * How the key of a chunk in a Zarr store follows from its index. Icechunk addresses chunks by index and does not use it.
 *
 * @param scheme the naming scheme
 * @param separator between the indices: {@code /} or {@code .}
 */
public record ChunkKeyEncoding(Scheme scheme, char separator) {
    /** The naming schemes of the specification. */
    public enum Scheme {
        /** {@code c/1/23}, and {@code c} for rank 0. */
        DEFAULT("default", '/'),
        /** As Zarr v2 had it: {@code 1.23}, and {@code 0} for rank 0. */
        V2("v2", '.');

        private final String zarrName;
        private final char usualSeparator;

        Scheme(String zarrName, char usualSeparator) {
            this.zarrName = zarrName;
            this.usualSeparator = usualSeparator;
        }
    }

    /** What new arrays get: {@code c/1/23}. */
    public static final ChunkKeyEncoding DEFAULT = new ChunkKeyEncoding(Scheme.DEFAULT, '/');

    /**
     * @throws IllegalArgumentException if the separator is another character
     */
    public ChunkKeyEncoding {
        if (separator != '/' && separator != '.') {
            throw new IllegalArgumentException("Invalid chunk key separator '" + separator + "': must be '/' or '.'");
        }
    }

    static ChunkKeyEncoding parse(MetadataField field) {
        Extension extension = Extension.parse(field);
        for (Scheme scheme : Scheme.values()) {
            if (scheme.zarrName.equals(extension.name())) {
                extension.requireOnly(Set.of("separator"));
                return new ChunkKeyEncoding(
                        scheme, separator(extension.configuration().member("separator"), scheme.usualSeparator));
            }
        }
        throw extension.unsupported("chunk key encoding");
    }

    private static char separator(MetadataField field, char usual) {
        if (!field.isPresent()) {
            return usual;
        }
        return switch (field.asText()) {
            case "/" -> '/';
            case "." -> '.';
            default -> throw field.expected("\"/\" or \".\"");
        };
    }

    /** The key below the array's path, such as {@code c/1/23}. */
    public String chunkKey(long... chunkIndex) {
        String indices = LongStream.of(chunkIndex)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(String.valueOf(separator)));
        if (chunkIndex.length == 0) {
            return scheme == Scheme.V2 ? "0" : "c";
        }
        return scheme == Scheme.V2 ? indices : "c" + separator + indices;
    }

    ObjectNode toJson() {
        return Json.extension(
                scheme.zarrName, configuration -> configuration.put("separator", String.valueOf(separator)));
    }
}
