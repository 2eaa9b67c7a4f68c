package io.icestream.ingest.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A group of settings while it is read: every key that is asked for is known, the others are refused at the end.
 *
 * <p>A problem is noted and a harmless value returned in its place, so that reading goes on and finds the others too.
 */
final class SettingsNode {

    private final String path;
    private final JsonNode node;
    private final Problems problems;
    private final SecretReferences secrets;
    private final KnownKeys keys;
    private final Set<String> known = new LinkedHashSet<>();

    SettingsNode(String path, JsonNode node, Problems problems, SecretReferences secrets, KnownKeys keys) {
        this.path = path;
        this.node = node;
        this.problems = problems;
        this.secrets = secrets;
        this.keys = keys;
        if (!node.isObject() && !node.isMissingNode() && !node.isNull()) {
            problems.add(path.isEmpty() ? "(file)" : path, "a group of settings is needed, not " + shown(node));
        }
    }

    String path(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    Problems problems() {
        return problems;
    }

    private JsonNode child(String key) {
        known.add(key);
        JsonNode child = node.path(key);
        return child.isNull() ? MissingNode.getInstance() : child;
    }

    boolean has(String key) {
        return !child(key).isMissingNode();
    }

    SettingsNode group(String key) {
        return new SettingsNode(path(key), child(key), problems, secrets, keys);
    }

    List<SettingsNode> groups(String key) {
        List<SettingsNode> groups = new ArrayList<>();
        int index = 0;
        for (JsonNode each : list(key)) {
            groups.add(new SettingsNode(path(key) + "[" + index++ + "]", each, problems, secrets, keys));
        }
        return groups;
    }

    private Iterable<JsonNode> list(String key) {
        keys.single(path(key));
        JsonNode list = child(key);
        if (!list.isArray() && !list.isMissingNode()) {
            problems.add(path(key), "a list is needed, not " + shown(list));
            return List.of();
        }
        return list;
    }

    Optional<String> text(String key) {
        keys.single(path(key));
        JsonNode child = child(key);
        if (child.isMissingNode()) {
            return Optional.empty();
        }
        if (!child.isValueNode()) {
            problems.add(path(key), "a single value is needed, not " + shown(child));
            return Optional.empty();
        }
        return Optional.of(secrets.resolve(path(key), child.asText()));
    }

    String required(String key) {
        Optional<String> text = text(key);
        if (text.isEmpty() && problems.noneAt(path(key))) {
            problems.add(path(key), "is missing");
        }
        if (text.isPresent() && text.get().isBlank() && problems.noneAt(path(key))) {
            problems.add(path(key), "must not be empty");
        }
        return text.orElse("");
    }

    List<String> texts(String key) {
        List<String> texts = new ArrayList<>();
        for (JsonNode each : list(key)) {
            String at = path(key) + "[" + texts.size() + "]";
            if (!each.isValueNode() || each.isNull()) {
                problems.add(at, "a single value is needed, not " + shown(each));
            }
            texts.add(secrets.resolve(at, each.asText()));
        }
        return texts;
    }

    /** Reads a value that has a form; one that has not is noted with what was expected. */
    <T> Optional<T> parsed(String key, String expected, Function<String, Optional<T>> parser) {
        Optional<String> text = text(key);
        Optional<T> value = text.flatMap(parser);
        if (text.isPresent() && value.isEmpty() && problems.noneAt(path(key))) {
            problems.add(path(key), expected + " is needed, not " + shown(child(key)));
        }
        return value;
    }

    Duration duration(String key, @Nullable Duration fallback) {
        Optional<Duration> value = parsed(key, "a duration such as 90s, 15m, 1h, 1d or PT1H", DurationText::parse);
        if (fallback == null && value.isEmpty()) {
            required(key);
        }
        return value.orElse(fallback == null ? Duration.ofHours(1) : fallback);
    }

    Instant instant(String key) {
        Optional<Instant> value = parsed(key, "an instant such as 2026-01-01T00:00:00Z", SettingsNode::instantOf);
        if (value.isEmpty()) {
            required(key);
        }
        return value.orElse(Instant.EPOCH);
    }

    static Optional<Instant> instantOf(String text) {
        try {
            return Optional.of(
                    text.length() <= 10
                            ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                            : OffsetDateTime.parse(text).toInstant());
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    int integer(String key, int least, int greatest, int fallback) {
        return parsed(
                        key,
                        "a whole number from " + least + " to " + greatest,
                        text -> number(text)
                                .filter(number -> number.compareTo(BigInteger.valueOf(least)) >= 0
                                        && number.compareTo(BigInteger.valueOf(greatest)) <= 0))
                .map(BigInteger::intValue)
                .orElse(fallback);
    }

    static Optional<BigInteger> number(String text) {
        try {
            return Optional.of(new BigInteger(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    List<Double> doubles(String key) {
        List<Double> numbers = new ArrayList<>();
        for (JsonNode each : list(key)) {
            String at = path(key) + "[" + numbers.size() + "]";
            try {
                numbers.add(Double.valueOf(secrets.resolve(at, each.asText())));
            } catch (NumberFormatException e) {
                problems.add(at, "a number is needed, not " + shown(each));
                numbers.add(0.0);
            }
        }
        return numbers;
    }

    boolean flag(String key, boolean fallback) {
        return parsed(key, "true or false", text -> switch (text.toLowerCase(Locale.ROOT)) {
                    case "true" -> Optional.of(true);
                    case "false" -> Optional.of(false);
                    default -> Optional.<Boolean>empty();
                })
                .orElse(fallback);
    }

    /** Reads one of a few words: the names of an enum in lower case, words joined by {@code -}. */
    <E extends Enum<E>> E word(String key, Class<E> words, E fallback) {
        List<String> names = new ArrayList<>();
        Map<String, E> byName = new LinkedHashMap<>();
        for (E each : words.getEnumConstants()) {
            names.add(nameOf(each));
            byName.put(nameOf(each), each);
        }
        return parsed(
                        key,
                        "one of " + String.join(", ", names),
                        text -> Optional.ofNullable(byName.get(text.toLowerCase(Locale.ROOT))))
                .orElse(fallback);
    }

    static String nameOf(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Reads a group whose keys are not ours. */
    Map<String, String> properties(String key) {
        Map<String, String> properties = new LinkedHashMap<>();
        keys.open(path(key));
        JsonNode child = child(key);
        if (!child.isObject() && !child.isMissingNode()) {
            problems.add(path(key), "a group of settings is needed, not " + shown(child));
        }
        addProperties(path(key), "", child, properties);
        return properties;
    }

    /** Kafka's names have dots in them; a group inside a group means the same. */
    private void addProperties(String at, String prefix, JsonNode group, Map<String, String> target) {
        group.properties().forEach(property -> {
            String name = prefix + property.getKey();
            JsonNode value = property.getValue();
            if (value.isObject()) {
                addProperties(at, name + ".", value, target);
            } else if (value.isValueNode() && !value.isNull()) {
                target.put(name, secrets.resolve(at + "." + name, value.asText()));
            } else {
                problems.add(at + "." + name, "a single value is needed, not " + shown(value));
            }
        });
    }

    /** Reads a group of attributes, which may hold lists and groups. */
    Map<String, Object> attributes(String key) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        keys.open(path(key));
        JsonNode child = child(key);
        if (!child.isObject() && !child.isMissingNode()) {
            problems.add(path(key), "a group of attributes is needed, not " + shown(child));
        }
        child.properties().forEach(attribute -> {
            if (attribute.getValue().isNull()) {
                problems.add(path(key) + "." + attribute.getKey(), "has no value");
            } else {
                attributes.put(attribute.getKey(), YamlTree.plain(attribute.getValue()));
            }
        });
        return attributes;
    }

    /** Refuses the keys that nobody asked for. */
    void finish() {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                String suggestion = NearestName.of(name, known)
                        .map(nearest -> ": did you mean '" + path(nearest) + "'?")
                        .orElse("; known here: " + String.join(", ", known));
                problems.add(path(name), "unknown key" + suggestion);
            }
        });
    }

    /** A value as it stands in the file: a reference to a secret is shown, what it refers to is not. */
    private static String shown(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "nothing";
        }
        return value.isObject() ? "a group" : value.isArray() ? "a list" : "'" + value.asText() + "'";
    }
}
