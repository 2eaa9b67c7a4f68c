package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Splitting rules as the configuration has them: {@code [[condition, [{"condition": dimension, "num_chunks": n}, ..]], ..]}.
 * A condition is {@code "any_array"} or an object with one member: {@code path_matches} or {@code name_matches} with {@code
 * {"regex": text}}, {@code and} or {@code or} with a list of conditions. A dimension is {@code "Any"} or an object with one
 * member: {@code Axis} with a number, {@code DimensionName} with a regular expression.
 *
 * <p>Values of another form end in an {@link IllegalArgumentException} that says where.
 */
final class SplitRulesCodec {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 64;

    /** What the reference writes where nothing is split. */
    static final List<SplitRule> UNSPLIT = List.of(new SplitRule(
            new ArrayCondition.PathMatches(".*"),
            List.of(new SplitRule.DimensionSplit(new DimensionCondition.Any(), Ranges.MAX_U32))));

    private SplitRulesCodec() {}

    static List<SplitRule> read(JsonNode rules) {
        List<SplitRule> decoded = new ArrayList<>();
        for (JsonNode rule : expect(rules, rules.isArray(), "a list of splitting rules")) {
            expect(rule, rule.isArray() && rule.size() == 2, "a condition and a list of dimensions");
            decoded.add(new SplitRule(arrays(rule.get(0), 0), dimensions(rule.get(1))));
        }
        return decoded;
    }

    private static ArrayCondition arrays(JsonNode condition, int depth) {
        if (condition.isTextual() && condition.textValue().equals("any_array")) {
            return new ArrayCondition.AnyArray();
        }
        expect(condition, condition.isObject() && condition.size() == 1 && depth < MAX_DEPTH, "a condition on arrays");
        var member = condition.properties().iterator().next();
        return switch (member.getKey()) {
            case "path_matches" -> new ArrayCondition.PathMatches(regex(member.getValue()));
            case "name_matches" -> new ArrayCondition.NameMatches(regex(member.getValue()));
            case "and" -> new ArrayCondition.AllOf(list(member.getValue(), depth));
            case "or" -> new ArrayCondition.AnyOf(list(member.getValue(), depth));
            default -> throw unexpected(condition, "a known condition on arrays");
        };
    }

    private static String regex(JsonNode value) {
        JsonNode regex = value.path("regex");
        return expect(regex, regex.isTextual(), "a regular expression").textValue();
    }

    private static List<ArrayCondition> list(JsonNode conditions, int depth) {
        List<ArrayCondition> decoded = new ArrayList<>();
        for (JsonNode condition : expect(conditions, conditions.isArray(), "a list of conditions")) {
            decoded.add(arrays(condition, depth + 1));
        }
        return decoded;
    }

    private static List<SplitRule.DimensionSplit> dimensions(JsonNode splits) {
        List<SplitRule.DimensionSplit> decoded = new ArrayList<>();
        for (JsonNode split : expect(splits, splits.isArray(), "a list of dimensions")) {
            JsonNode chunks = split.path("num_chunks");
            expect(chunks, chunks.isIntegralNumber() && chunks.canConvertToLong(), "a number of chunks");
            decoded.add(new SplitRule.DimensionSplit(dimension(split.path("condition")), chunks.longValue()));
        }
        return decoded;
    }

    private static DimensionCondition dimension(JsonNode condition) {
        if (condition.isTextual() && condition.textValue().equals("Any")) {
            return new DimensionCondition.Any();
        }
        JsonNode axis = condition.path("Axis");
        if (axis.isIntegralNumber() && axis.canConvertToInt()) {
            return new DimensionCondition.Axis(axis.intValue());
        }
        JsonNode name = condition.path("DimensionName");
        return new DimensionCondition.DimensionName(
                expect(name, name.isTextual(), "a condition on dimensions").textValue());
    }

    static ArrayNode write(List<SplitRule> rules) {
        ArrayNode encoded = JSON.arrayNode();
        for (SplitRule rule : rules) {
            ArrayNode dimensions = JSON.arrayNode();
            for (SplitRule.DimensionSplit split : rule.dimensions()) {
                ObjectNode dimension = JSON.objectNode().put("num_chunks", split.chunks());
                dimensions.add(dimension.set("condition", write(split.dimension())));
            }
            encoded.add(JSON.arrayNode().add(write(rule.arrays())).add(dimensions));
        }
        return encoded;
    }

    private static JsonNode write(ArrayCondition condition) {
        if (condition instanceof ArrayCondition.PathMatches path) {
            return member("path_matches", JSON.objectNode().put("regex", path.regex()));
        } else if (condition instanceof ArrayCondition.NameMatches name) {
            return member("name_matches", JSON.objectNode().put("regex", name.regex()));
        } else if (condition instanceof ArrayCondition.AllOf all) {
            return member("and", write(all.conditions(), JSON.arrayNode()));
        } else if (condition instanceof ArrayCondition.AnyOf any) {
            return member("or", write(any.conditions(), JSON.arrayNode()));
        }
        return JSON.textNode("any_array");
    }

    private static ArrayNode write(List<ArrayCondition> conditions, ArrayNode target) {
        conditions.forEach(condition -> target.add(write(condition)));
        return target;
    }

    private static JsonNode write(DimensionCondition condition) {
        if (condition instanceof DimensionCondition.Axis axis) {
            return member("Axis", JSON.numberNode(axis.index()));
        } else if (condition instanceof DimensionCondition.DimensionName name) {
            return member("DimensionName", JSON.textNode(name.regex()));
        }
        return JSON.textNode("Any");
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
        return new IllegalArgumentException("Invalid manifest splitting: expected " + what + ", found " + value);
    }
}
