package io.icestream.ingest.decode;

import java.util.Optional;
import org.apache.avro.Schema;

/** A schema registry, as far as Avro needs it. Thread-safe. */
public interface RegistryClient {

    /**
     * Fetches the schema of an id.
     *
     * <p>Cost: one request the first time, none afterwards: a schema never changes under its id.
     *
     * @param id the id, as records carry it
     * @return the schema
     * @throws SchemaNotFoundException if the registry has no Avro schema of this id; asking again soon does not help
     * @throws RegistryUnavailableException if the registry does not answer as it should; asking again can help
     */
    Schema byId(int id);

    /**
     * Registers a schema, or finds the id under which it already is.
     *
     * @param subject the subject, by convention the topic's name and {@code -value}
     * @param schema the schema
     * @return its id
     * @throws SchemaRefusedException if the registry does not want it, for instance as incompatible
     * @throws RegistryUnavailableException if the registry does not answer as it should; asking again can help
     */
    int register(String subject, Schema schema);

    /**
     * Finds the newest schema of a subject.
     *
     * @param subject the subject
     * @return the schema, or empty if there is no such subject
     * @throws SchemaNotFoundException if it is no Avro schema that can be used
     * @throws RegistryUnavailableException if the registry does not answer as it should; asking again can help
     */
    Optional<RegisteredSchema> latest(String subject);

    /**
     * A schema and its id.
     *
     * @param id the id
     * @param schema the schema
     */
    record RegisteredSchema(int id, Schema schema) {}

    /**
     * Names the subject of a topic's values.
     *
     * @param topic name of the topic
     * @return the topic's name and {@code -value}
     */
    static String valueSubject(String topic) {
        return topic + "-value";
    }
}
