package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A codec that is not here: metadata that names it can be read and kept, its chunks cannot.
 *
 * @param name its name
 * @param json its entry, as found
 * @param path where it stands
 * @param ignorable whether the metadata says that a reader may pass it over
 */
record UnknownCodec(String name, JsonNode json, String path, boolean ignorable) implements Codec {
    @Override
    public JsonNode toJson() {
        return json.deepCopy();
    }
}
