package io.icestream.ingest.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Puts environment variables and {@code --set key=value} on top of a file, in this order.
 *
 * <p>The variable of {@code dataset.time.step} is {@code ICESTREAM_DATASET_TIME_STEP}. In groups whose keys are not ours the rest of the
 * name is lower case with dots ({@code ICESTREAM_KAFKA_PROPERTIES_BOOTSTRAP_SERVERS}), for headers with hyphens. A value that begins with
 * a bracket or brace is YAML; an empty one takes the setting away.
 */
final class Overrides {

    private static final String PREFIX = "ICESTREAM_";
    /** Variables with our prefix that are for the launcher. */
    private static final Set<String> OTHERS = Set.of("ICESTREAM_JAVA_OPTS", "ICESTREAM_NO_BUILD", "ICESTREAM_HOME");

    private final ObjectNode tree;
    private final KnownKeys keys;
    private final Problems problems;

    Overrides(ObjectNode tree, KnownKeys keys, Problems problems) {
        this.tree = tree;
        this.keys = keys;
        this.problems = problems;
    }

    void applyEnvironment(Map<String, String> environment) {
        new TreeMap<>(environment).forEach((name, value) -> {
            if (name.startsWith(PREFIX) && !OTHERS.contains(name)) {
                pathOf(name.substring(PREFIX.length()))
                        .ifPresentOrElse(path -> set(name, path, value), () -> problems.add(name, unknown(name)));
            }
        });
    }

    private Optional<List<String>> pathOf(String variable) {
        for (String key : keys.single()) {
            if (variableOf(key).equals(variable)) {
                return Optional.of(List.of(key.split("\\.")));
            }
        }
        for (String group : keys.open()) {
            String prefix = variableOf(group) + "_";
            if (variable.startsWith(prefix) && variable.length() > prefix.length()) {
                return Optional.of(within(group, nameIn(group, variable.substring(prefix.length()))));
            }
        }
        return Optional.empty();
    }

    private static String variableOf(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    private static String nameIn(String group, String rest) {
        String name = rest.toLowerCase(Locale.ROOT);
        return group.endsWith("attributes") ? name : name.replace('_', group.endsWith("headers") ? '-' : '.');
    }

    private static List<String> within(String group, String name) {
        List<String> path = new ArrayList<>(List.of(group.split("\\.")));
        path.add(name);
        return path;
    }

    private String unknown(String name) {
        List<String> known =
                keys.single().stream().map(key -> PREFIX + variableOf(key)).toList();
        return "no setting has this variable"
                + NearestName.of(name, known)
                        .map(nearest -> ": did you mean " + nearest + "?")
                        .orElse("");
    }

    void applyAssignments(List<String> assignments) {
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                problems.add("--set " + assignment, "the form is --set key=value");
            } else {
                String key = assignment.substring(0, equals).strip();
                set("--set " + key, pathOfKey(key), assignment.substring(equals + 1));
            }
        }
    }

    private List<String> pathOfKey(String key) {
        for (String group : keys.open()) {
            if (key.startsWith(group + ".") && key.length() > group.length() + 1) {
                return within(group, key.substring(group.length() + 1));
            }
        }
        return List.of(key.replaceAll("\\[(\\d+)]", ".$1").split("\\."));
    }

    private void set(String origin, List<String> path, String text) {
        try {
            JsonNode parent = tree;
            for (String step : path.subList(0, path.size() - 1)) {
                parent = enter(parent, step);
            }
            put(parent, path.get(path.size() - 1), valueOf(text));
        } catch (IllegalArgumentException | YamlTree.UnreadableException e) {
            problems.add(origin, String.valueOf(e.getMessage()));
        }
    }

    private static JsonNode enter(JsonNode parent, String step) {
        if (parent instanceof ArrayNode list) {
            return list.get(index(list, step));
        }
        if (!(parent instanceof ObjectNode group)) {
            throw new IllegalArgumentException("there is a single value where '" + step + "' should be looked up");
        }
        JsonNode child = group.path(step);
        return child.isMissingNode() || child.isNull() ? group.putObject(step) : child;
    }

    private static void put(JsonNode parent, String name, JsonNode value) {
        if (parent instanceof ArrayNode list) {
            list.set(index(list, name), value);
        } else if (parent instanceof ObjectNode group && value.isNull()) {
            group.remove(name);
        } else if (parent instanceof ObjectNode group) {
            group.set(name, value);
        } else {
            throw new IllegalArgumentException("there is a single value where '" + name + "' should be put");
        }
    }

    private static int index(ArrayNode list, String step) {
        return SettingsNode.number(step)
                .filter(number -> number.bitLength() < 31 && number.signum() >= 0 && number.intValue() < list.size())
                .orElseThrow(() -> new IllegalArgumentException(
                        "the list has " + list.size() + " entries, counted from 0, and no '" + step + "'"))
                .intValue();
    }

    private static JsonNode valueOf(String text) throws YamlTree.UnreadableException {
        if (text.startsWith("[") || text.startsWith("{")) {
            return YamlTree.read(text);
        }
        try {
            JsonNode value = YamlTree.read(text);
            return value.isMissingNode()
                    ? NullNode.getInstance()
                    : value.isContainerNode() ? YamlTree.scalar(text) : value;
        } catch (YamlTree.UnreadableException e) {
            return YamlTree.scalar(text);
        }
    }
}
