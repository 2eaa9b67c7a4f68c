package io.icestream.ingest.topology;

import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/** Reads any key, also null, as a {@link MarkerKey} and writes each as the same byte: {@code KStream.toTable} drops null keys. */
final class MarkerKeySerde implements Serde<MarkerKey> {

    private static final byte[] MARKER = {'m'};

    @Override
    public Serializer<MarkerKey> serializer() {
        return (topic, key) -> MARKER.clone();
    }

    @Override
    public Deserializer<MarkerKey> deserializer() {
        return (topic, raw) -> new MarkerKey(raw);
    }

    /** Writes a key as it was read. */
    static Serializer<MarkerKey> rawSerializer() {
        return MarkerKeySerde::raw;
    }

    @SuppressWarnings("NullAway") // a key may be null; Kafka is not annotated
    private static byte @Nullable [] raw(String topic, MarkerKey key) {
        return key.raw();
    }
}
