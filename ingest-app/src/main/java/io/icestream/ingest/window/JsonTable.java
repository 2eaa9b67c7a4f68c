package io.icestream.ingest.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.protocol.ProtocolJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Records as JSON under text keys in a {@link StateTable}. */
final class JsonTable {

    private final StateTable table;

    JsonTable(StateTable table) {
        this.table = table;
    }

    <T> Optional<T> find(String key, Class<T> type) {
        byte[] value = table.find(key.getBytes(UTF_8));
        return value == null ? Optional.empty() : Optional.of(ProtocolJson.decode(value, type));
    }

    <T> List<T> list(String prefix, Class<T> type) {
        List<T> values = new ArrayList<>();
        table.scan(prefix.getBytes(UTF_8), (key, value) -> values.add(ProtocolJson.decode(value, type)));
        return values;
    }

    void put(String key, Object value) {
        table.put(key.getBytes(UTF_8), ProtocolJson.encode(value));
    }

    void delete(String key) {
        table.delete(key.getBytes(UTF_8));
    }

    void deleteAll(String prefix) {
        List<byte[]> keys = new ArrayList<>();
        table.scan(prefix.getBytes(UTF_8), (key, value) -> keys.add(key));
        keys.forEach(table::delete);
    }
}
