package io.icestream.ingest.config;

import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which records are read and which arrays they become.
 *
 * @param topics topics of the observations
 * @param group path of the Zarr group that holds the arrays, {@code /} for the root
 * @param attributes attributes of that group, for instance {@code title}
 * @param time the time axis
 * @param stations the station axis
 * @param versionField field that orders repeated observations of one cell, or empty for the record's timestamp
 * @param variables the data arrays, in order
 * @param window length of a window; a whole number of steps
 * @param chunkDuration length of a chunk along time; a whole number of windows
 * @param chunkStations stations in a chunk
 * @param zone zone whose days are tagged
 */
public record DatasetSettings(
        List<String> topics,
        String group,
        Map<String, Object> attributes,
        TimeAxis time,
        StationAxis stations,
        Optional<String> versionField,
        List<VariableSettings> variables,
        Duration window,
        Duration chunkDuration,
        int chunkStations,
        ZoneId zone) {

    public DatasetSettings {
        topics = List.copyOf(topics);
        attributes = Map.copyOf(attributes);
        variables = List.copyOf(variables);
    }
}
