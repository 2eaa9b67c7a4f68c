package io.icestream.ingest.config;

import java.nio.file.Path;
import java.util.Map;

/**
 * Everything that one ingest needs to know: one file, one data set, one branch of one repository.
 *
 * @param id name of the ingest: part of its topics' names, of its application id and of the path of its ledger
 * @param repository where the arrays live
 * @param kafka how to reach the brokers
 * @param registry how to reach the schema registry
 * @param dataset what is read and which arrays it becomes
 * @param watermark when a window counts as ended
 * @param late what happens to records of published windows
 * @param commit how rounds are opened and published
 * @param errors what happens to records that cannot be used
 * @param tags which snapshots get a tag
 * @param stateDirectory folder of the local state stores; kept between runs
 */
public record IngestConfig(
        String id,
        RepositorySettings repository,
        KafkaSettings kafka,
        RegistrySettings registry,
        DatasetSettings dataset,
        WatermarkSettings watermark,
        LateSettings late,
        CommitSettings commit,
        ErrorSettings errors,
        TagSettings tags,
        Path stateDirectory) {

    /** {@return the topic that carries blocks and rounds} */
    public String slotsTopic() {
        return "icestream." + id + ".slots";
    }

    /** {@return the topic that carries answers to the committer} */
    public String commitTopic() {
        return "icestream." + id + ".commit";
    }

    /** {@return the topic that tells of publishes, tags and halts} */
    public String eventsTopic() {
        return "icestream." + id + ".events";
    }

    /** {@return the dead letter topic} */
    public String deadLetterTopic() {
        return errors.deadLetterTopic().orElse("icestream." + id + ".dlq");
    }

    /** {@return the compacted topic that holds the current {@code Init}} */
    public String controlTopic() {
        return "icestream." + id + ".control";
    }

    /**
     * Properties that every Kafka client of this ingest starts from.
     *
     * @return client properties, secrets included: never to be printed
     */
    public Map<String, String> clientProperties() {
        return kafka.properties();
    }
}
