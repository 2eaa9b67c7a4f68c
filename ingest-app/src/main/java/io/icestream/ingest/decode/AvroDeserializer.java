package io.icestream.ingest.decode;

import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Reads Avro records in registry wire format, for tools and tests. Thread-safe. */
public final class AvroDeserializer implements Deserializer<GenericRecord> {

    private final RegistryClient registry;

    /**
     * Makes a deserializer.
     *
     * @param registry knows the writers' schemas; not closed
     */
    public AvroDeserializer(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public @Nullable GenericRecord deserialize(String topic, byte @Nullable [] value) {
        if (value == null) {
            return null;
        }
        try {
            return AvroWire.decode(value, registry);
        } catch (IllegalArgumentException | SchemaNotFoundException e) {
            throw new SerializationException("Cannot read a record of topic '" + topic + "': " + e.getMessage(), e);
        }
    }
}
