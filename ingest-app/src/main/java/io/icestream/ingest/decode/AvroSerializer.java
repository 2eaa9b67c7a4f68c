package io.icestream.ingest.decode;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.IndexedRecord;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes Avro records in registry wire format. A schema is registered under the topic's value subject when its first record is written.
 * Thread-safe.
 *
 * @param <T> kind of record
 */
public final class AvroSerializer<T extends IndexedRecord> implements Serializer<T> {

    private final RegistryClient registry;
    private final ConcurrentMap<Registered, Integer> ids = new ConcurrentHashMap<>();

    private record Registered(String topic, Schema schema) {}

    /**
     * Makes a serializer.
     *
     * @param registry where schemas are registered; not closed
     */
    public AvroSerializer(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public byte @Nullable [] serialize(String topic, @Nullable T record) {
        if (record == null) {
            return null;
        }
        Registered key = new Registered(topic, record.getSchema());
        int id = ids.computeIfAbsent(key, k -> registry.register(RegistryClient.valueSubject(k.topic()), k.schema()));
        return AvroWire.encode(id, record);
    }
}
