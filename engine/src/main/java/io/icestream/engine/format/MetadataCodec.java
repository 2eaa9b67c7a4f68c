package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists of {@code MetadataItem}: name [0] string, value [1] bytes, one {@link FlexBuffers} value, in files of version 1 one
 * {@link MessagePack} value. Sorted by the UTF-8 bytes of the names.
 */
final class MetadataCodec {
    static final int NAME = 0;
    static final int VALUE = 1;

    private MetadataCodec() {}

    static SortedMap<String, JsonNode> read(@Nullable FlatVector items) {
        TreeMap<String, JsonNode> metadata = new TreeMap<>(Utf8Order.COMPARATOR);
        for (int i = 0; items != null && i < items.length(); i++) {
            FlatTable item = items.table(i).charged();
            String name = item.string(NAME, "name");
            Bytes value = item.vector(VALUE, 1, "value").bytes();
            String object = items.reader().object() + ", metadata '" + name + "'";
            metadata.put(
                    name,
                    items.reader().version() == SpecVersion.V1
                            ? MessagePack.decode(value, object)
                            : FlexBuffers.decode(value, object));
        }
        return Collections.unmodifiableSortedMap(metadata);
    }

    static int write(FlatWriter writer, SortedMap<String, JsonNode> metadata) {
        return write(writer, metadata, FlexBuffers::encode);
    }

    static int write(FlatWriter writer, SortedMap<String, JsonNode> metadata, Function<JsonNode, Bytes> encoding) {
        int[] items = new int[metadata.size()];
        int next = 0;
        for (var entry : metadata.entrySet()) {
            int name = writer.string(entry.getKey());
            int value = writer.bytes(encoding.apply(entry.getValue()));
            items[next++] = item(writer, name, value);
        }
        return writer.offsets(items);
    }

    static int item(FlatWriter writer, int name, int value) {
        writer.startTable();
        writer.offset(VALUE, value);
        writer.offset(NAME, name);
        return writer.endTable();
    }
}
