package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Preloading as the configuration has it: {@code {"preload_if": condition, "max_total_refs": n, "max_arrays_to_scan": n}}. A
 * condition is {@code "true"}, {@code "false"} or an object with one member: {@code and} or {@code or} with a list of
 * conditions, {@code path_matches} or {@code name_matches} with {@code {"regex": text}}, {@code num_refs} with {@code {"from":
 * bound, "to": bound}}. A bound is {@code "Unbounded"}, {@code {"Included": n}} or {@code {"Excluded": n}}.
 *
 * <p>Values of another form end in an {@link IllegalArgumentException} that says where.
 */
final class PreloadCodec {
    static final long DEFAULT_REFERENCES = 10_000;
    static final int DEFAULT_ARRAYS = 50;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 64;

    private PreloadCodec() {}

    /** Empty if there is no condition. */
    static Optional<ManifestPreload> read(JsonNode preload) {
        expect(preload, preload.isObject(), "a map");
        JsonNode condition = preload.path("preload_if");
        if (condition.isMissingNode() || condition.isNull()) {
            return Optional.empty();
        }
        return Optional.of(new ManifestPreload(
                condition(condition, 0),
                number(preload.path("max_total_refs"), DEFAULT_REFERENCES, Ranges.MAX_U32),
                (int) number(preload.path("max_arrays_to_scan"), DEFAULT_ARRAYS, Integer.MAX_VALUE)));
    }

    private static long number(JsonNode value, long absent, long most) {
        if (value.isMissingNode() || value.isNull()) {
            return absent;
        }
        expect(value, value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0, "a number");
        return Math.min(value.longValue(), most);
    }

    private static PreloadCondition condition(JsonNode condition, int depth) {
        if (condition.isTextual() && List.of("true", "false").contains(condition.textValue())) {
            return new PreloadCondition.Constant(Boolean.parseBoolean(condition.textValue()));
        }
        expect(condition, condition.isObject() && condition.size() == 1 && depth < MAX_DEPTH, "a condition");
        var member = condition.properties().iterator().next();
        JsonNode value = member.getValue();
        return switch (member.getKey()) {
            case "path_matches" -> new PreloadCondition.Arrays(new ArrayCondition.PathMatches(regex(value)));
            case "name_matches" -> new PreloadCondition.Arrays(new ArrayCondition.NameMatches(regex(value)));
            case "num_refs" ->
                new PreloadCondition.References(
                        bound(value.path("from"), 0, 1), bound(value.path("to"), Long.MAX_VALUE, -1));
            case "and" -> new PreloadCondition.AllOf(list(value, depth));
            case "or" -> new PreloadCondition.AnyOf(list(value, depth));
            default -> throw unexpected(condition, "a known condition");
        };
    }

    private static String regex(JsonNode value) {
        JsonNode regex = value.path("regex");
        return expect(regex, regex.isTextual(), "a regular expression").textValue();
    }

    private static List<PreloadCondition> list(JsonNode conditions, int depth) {
        List<PreloadCondition> decoded = new ArrayList<>();
        for (JsonNode condition : expect(conditions, conditions.isArray(), "a list of conditions")) {
            decoded.add(condition(condition, depth + 1));
        }
        return decoded;
    }

    /** A bound as one that is included. */
    private static long bound(JsonNode bound, long unbounded, int inward) {
        if (bound.isTextual() && bound.textValue().equals("Unbounded")) {
            return unbounded;
        }
        boolean included = bound.has("Included");
        JsonNode value = included ? bound.path("Included") : bound.path("Excluded");
        expect(bound, value.isIntegralNumber() && value.canConvertToLong(), "a bound");
        Ranges.checkUnsigned32("bound", value.longValue());
        return included ? value.longValue() : value.longValue() + inward;
    }

    static ObjectNode write(ManifestPreload preload) {
        ObjectNode encoded = JSON.objectNode().put("max_total_refs", preload.maxReferences());
        encoded.set("preload_if", write(preload.condition()));
        return encoded.put("max_arrays_to_scan", preload.maxArrays());
    }

    private static JsonNode write(PreloadCondition condition) {
        if (condition instanceof PreloadCondition.Arrays arrays) {
            return write(arrays.arrays());
        } else if (condition instanceof PreloadCondition.References references) {
            ObjectNode range = JSON.objectNode();
            range.set("from", member("Included", JSON.numberNode(references.least())));
            range.set(
                    "to",
                    references.most() == Long.MAX_VALUE
                            ? JSON.textNode("Unbounded")
                            : member("Included", JSON.numberNode(references.most())));
            return member("num_refs", range);
        } else if (condition instanceof PreloadCondition.AllOf all) {
            return member("and", write(all.conditions()));
        } else if (condition instanceof PreloadCondition.AnyOf any) {
            return member("or", write(any.conditions()));
        }
        return JSON.textNode(Boolean.toString(((PreloadCondition.Constant) condition).value()));
    }

    private static JsonNode write(ArrayCondition condition) {
        if (condition instanceof ArrayCondition.PathMatches path) {
            return member("path_matches", JSON.objectNode().put("regex", path.regex()));
        } else if (condition instanceof ArrayCondition.NameMatches name) {
            return member("name_matches", JSON.objectNode().put("regex", name.regex()));
        } else if (condition instanceof ArrayCondition.AllOf all) {
            return member("and", writeArrays(all.conditions()));
        } else if (condition instanceof ArrayCondition.AnyOf any) {
            return member("or", writeArrays(any.conditions()));
        }
        return JSON.textNode("true");
    }

    private static ArrayNode writeArrays(List<ArrayCondition> conditions) {
        ArrayNode encoded = JSON.arrayNode();
        conditions.forEach(condition -> encoded.add(write(condition)));
        return encoded;
    }

    private static ArrayNode write(List<PreloadCondition> conditions) {
        ArrayNode encoded = JSON.arrayNode();
        conditions.forEach(condition -> encoded.add(write(condition)));
        return encoded;
    }

    private static ObjectNode member(String name, JsonNode value) {
        return JSON.objectNode().set(name, value);
    }

    private static JsonNode expect(JsonNode value, boolean asExpected, String what) {
        if (!asExpected) {
            throw unexpected(value, what);
        }
        return value;
    }

    private static IllegalArgumentException unexpected(JsonNode value, String what) {
        return new IllegalArgumentException("Invalid manifest preloading: expected " + what + ", found " + value);
    }
}
