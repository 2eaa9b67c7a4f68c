package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lists of {@code MetadataItem}: name [0] string, value [1] bytes, one {@link FlexBuffers} value. Sorted by the UTF-8
 * bytes of the names.
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
            metadata.put(name, FlexBuffers.decode(value, object));
        }
        return Collections.unmodifiableSortedMap(metadata);
    }

    static int write(FlatWriter writer, SortedMap<String, JsonNode> metadata) {
        int[] items = new int[metadata.size()];
        int next = 0;
        for (var entry : metadata.entrySet()) {
            int name = writer.string(entry.getKey());
            int value = writer.bytes(FlexBuffers.encode(entry.getValue()));
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
