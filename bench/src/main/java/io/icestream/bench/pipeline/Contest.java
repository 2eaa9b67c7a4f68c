package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What all contestants read: one record per station and minute, oldest minute first, and where what is needed for it lies.
 *
 * @param bootstrapServers address of the broker
 * @param registryUrl address of the schema registry
 * @param topic the topic
 * @param minutes number of minutes
 * @param stations names of the stations
 * @param variables names of the variables
 * @param origin instant of the first minute, ISO 8601
 * @param schema Avro schema of the records, as JSON
 * @param expected file with every value: variable by variable, minute by minute, one little-endian double per station
 */
record Contest(
        String bootstrapServers,
        String registryUrl,
        String topic,
        int minutes,
        List<String> stations,
        List<String> variables,
        String origin,
        String schema,
        Path expected) {

    Contest {
        stations = List.copyOf(stations);
        variables = List.copyOf(variables);
    }

    Size size() {
        return new Size(minutes, stations.size());
    }

    /** The contest as {@code bench/observations_facts.py} describes the observations. */
    static Contest of(
            String bootstrapServers, String registryUrl, String topic, int minutes, JsonNode facts, Path expected) {
        return new Contest(
                bootstrapServers,
                registryUrl,
                topic,
                minutes,
                texts(facts.get("stations")),
                texts(facts.get("variables")),
                facts.get("origin").asText(),
                facts.get("schema").toString(),
                expected);
    }

    /** The same observations on another topic. */
    Contest on(String otherTopic) {
        return new Contest(
                bootstrapServers, registryUrl, otherTopic, minutes, stations, variables, origin, schema, expected);
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
