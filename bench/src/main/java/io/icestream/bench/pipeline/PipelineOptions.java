package io.icestream.bench.pipeline;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a sitting is to do.
 *
 * @param python the interpreter with the reference client
 * @param scripts folder of {@code observations_facts.py}
 * @param peers folder of the peers' scripts
 * @param folder for all that is written; deleted before and after
 * @param minutes number of minutes, of 200 observations each
 * @param contestants their names, in the order in which they run
 * @param turns how often all of them run, one after the other
 * @param phases whether our contestants look at stacks to tell phases, which slows them
 */
record PipelineOptions(
        Path python,
        Path scripts,
        Path peers,
        Path folder,
        int minutes,
        List<String> contestants,
        int turns,
        boolean phases) {

    PipelineOptions {
        contestants = List.copyOf(contestants);
    }

    /** Reads {@code name=value} for each component; contestants are separated by commas. */
    static PipelineOptions parse(String... args) {
        Map<String, String> values = new HashMap<>();
        for (String arg : args) {
            int equals = arg.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("Invalid option '" + arg + "': it has no value");
            }
            values.put(arg.substring(0, equals), arg.substring(equals + 1));
        }
        return new PipelineOptions(
                path(values, "python"),
                path(values, "scripts"),
                path(values, "peers"),
                path(values, "folder"),
                Integer.parseInt(required(values, "minutes")),
                List.of(required(values, "contestants").split(",", -1)),
                Integer.parseInt(required(values, "turns")),
                Boolean.parseBoolean(values.getOrDefault("phases", "false")));
    }

    private static Path path(Map<String, String> values, String name) {
        return Path.of(required(values, name)).toAbsolutePath();
    }

    private static String required(Map<String, String> values, String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("Option '" + name + "' is missing");
        }
        return value;
    }
}
