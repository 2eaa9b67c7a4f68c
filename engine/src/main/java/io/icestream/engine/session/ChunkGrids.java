package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.format.Node;
import java.io.IOException;

/** What the metadata of an array says of its chunk grid, without understanding the rest. */
final class ChunkGrids {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private ChunkGrids() {}

    static void requireRegular(Node array) {
        String name = nameOf(array);
        if (!name.equals("regular")) {
            throw new IllegalArgumentException("Cannot move chunks of array " + array.path() + ": its chunk grid is '"
                    + name + "', whose chunks have sizes of their own; only regular grids can be shifted or reindexed");
        }
    }

    private static String nameOf(Node array) {
        try {
            JsonNode grid = MAPPER.readTree(array.userData().toByteArray()).path("chunk_grid");
            return grid.isTextual() ? grid.textValue() : grid.path("name").asText();
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Cannot move chunks of array " + array.path() + ": its metadata is no JSON document", e);
        }
    }
}
