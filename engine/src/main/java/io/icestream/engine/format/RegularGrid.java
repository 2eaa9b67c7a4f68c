package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The one thing that files of version 1 repeat of an array's {@code zarr.json}. */
final class RegularGrid {
    private static final ObjectMapper JSON = new ObjectMapper();

    private RegularGrid() {}

    /** The length of chunks along each dimension; none if the metadata is of another kind. */
    static List<Long> chunkLengths(Bytes zarrJson) {
        try {
            JsonNode grid = JSON.readTree(zarrJson.array()).path("chunk_grid");
            return grid.path("name").asText().equals("regular")
                    ? lengths(grid.at("/configuration/chunk_shape"))
                    : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static List<Long> lengths(JsonNode values) {
        List<Long> lengths = new ArrayList<>();
        for (JsonNode value : values) {
            if (!value.canConvertToLong() || !value.isIntegralNumber() || value.longValue() < 1) {
                return List.of();
            }
            lengths.add(value.longValue());
        }
        return lengths;
    }
}
