package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.StringReader;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.representer.Representer;

/**
 * The configuration of a repository of version 1, {@code config.yaml}: the same settings as in version 2, in YAML.
 *
 * <p>A choice that carries a value, which version 2 writes as a map with one member, is a value with a tag here: {@code !Axis 0}
 * for {@code {"Axis": 0}}. Where choices stand is known for the settings of today; a tag anywhere else is kept as a member
 * whose name begins with {@code !}, and written back as the tag that it was, so that nothing is lost of what a later release
 * has set.
 *
 * <p>Scalars are read by the core rules of YAML 1.2, in which {@code on} and {@code 12:30} are texts. Written are indented
 * blocks and double-quoted texts.
 */
final class ConfigYaml {
    /** Marks a tag where no choice is known to be. */
    private static final String TAG_MARK = "!";

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 64;
    private static final int MAX_NODES = 1_000_000;
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern TAG_NAME = Pattern.compile("[A-Za-z0-9_.-]+");
    private static final Pattern INTEGER = Pattern.compile("[-+]?[0-9]+");
    private static final Pattern FLOAT = Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");

    /** Places of choices: names joined by line feeds, {@code #} for an element of a list. */
    private static final Pattern CHOICE = Pattern.compile(String.join(
            "|",
            "\nvirtual_chunk_containers\n[^\n]+\nstore",
            "\nmanifest\nsplitting\nsplit_sizes\n#\n#(\n(and|or)\n#)*",
            "\nmanifest\nsplitting\nsplit_sizes\n#\n#\n#\ncondition",
            "\nmanifest\npreload\npreload_if(\n(and|or)\n#)*(\nnum_refs\n(from|to))?"));

    private ConfigYaml() {}

    // Reading

    /**
     * Decodes a file.
     *
     * @throws CorruptObjectException if it is not YAML, or not a map of settings
     */
    static ObjectNode decode(Bytes file, String object) {
        try {
            Node root = parser().compose(new StringReader(
                    StandardCharsets.UTF_8.decode(file.asByteBuffer()).toString()));
            JsonNode settings = root == null ? JSON.objectNode() : new Reader().convert(root, "");
            if (settings.isNull()) {
                return JSON.objectNode();
            }
            if (settings instanceof ObjectNode map) {
                return map;
            }
            throw new CorruptObjectException(
                    object, 0, "a map of settings", settings.getNodeType().toString());
        } catch (YAMLException | IllegalArgumentException e) {
            CorruptObjectException corrupt = new CorruptObjectException(
                    object,
                    0,
                    "a configuration in YAML",
                    String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
            corrupt.addSuppressed(e);
            throw corrupt;
        }
    }

    private static Yaml parser() {
        LoaderOptions options = new LoaderOptions();
        options.setNestingDepthLimit(MAX_DEPTH);
        return new Yaml(
                new SafeConstructor(options), new Representer(new DumperOptions()), new DumperOptions(), options);
    }

    /** Turns YAML into JSON; counts, because aliases make small files describe large values. */
    private static final class Reader {
        private int nodes;
        private int depth;

        JsonNode convert(Node node, String place) {
            if (++nodes > MAX_NODES || ++depth > MAX_DEPTH) {
                throw new IllegalArgumentException(
                        "so many or so deeply nested settings that they are out of proportion");
            }
            JsonNode value = convertUntagged(node, place);
            depth--;
            return value;
        }

        private JsonNode convertUntagged(Node node, String place) {
            String tag = node.getTag().getValue();
            if (!tag.startsWith(TAG_MARK)) {
                return content(node, place);
            }
            String name = tag.substring(1);
            String member = CHOICE.matcher(place).matches() ? name : TAG_MARK + name;
            return JSON.objectNode().set(member, content(node, place + "\n" + name));
        }

        private JsonNode content(Node node, String place) {
            if (node instanceof MappingNode map) {
                ObjectNode object = JSON.objectNode();
                for (NodeTuple entry : map.getValue()) {
                    String key = key(entry.getKeyNode());
                    if (object.has(key)) {
                        throw new IllegalArgumentException("two settings '" + key + "' in one place");
                    }
                    object.set(key, convert(entry.getValueNode(), place + "\n" + key));
                }
                return object;
            }
            if (node instanceof SequenceNode list) {
                ArrayNode array = JSON.arrayNode();
                list.getValue().forEach(element -> array.add(convert(element, place + "\n#")));
                return array;
            }
            return scalar((ScalarNode) node);
        }

        private static String key(Node node) {
            if (node instanceof ScalarNode scalar) {
                return scalar.getValue();
            }
            throw new IllegalArgumentException("a name of a setting that is no text");
        }

        private static JsonNode scalar(ScalarNode node) {
            String text = node.getValue();
            if (!node.isPlain()) {
                return JSON.textNode(text);
            }
            return switch (text) {
                case "", "~", "null", "Null", "NULL", ".inf", "-.inf", ".nan" -> JSON.nullNode();
                case "true", "True", "TRUE" -> JSON.booleanNode(true);
                case "false", "False", "FALSE" -> JSON.booleanNode(false);
                default -> numberOrText(text);
            };
        }

        private static JsonNode numberOrText(String text) {
            if (INTEGER.matcher(text).matches()) {
                return FlexBuffers.normal(JSON.numberNode(new BigInteger(text)));
            }
            return FLOAT.matcher(text).matches()
                    ? FlexBuffers.normal(JSON.numberNode(Double.parseDouble(text)))
                    : JSON.textNode(text);
        }
    }

    // Writing

    /**
     * Encodes settings.
     *
     * @throws IllegalArgumentException if a choice has a name that no tag can have
     */
    static Bytes encode(ObjectNode settings) {
        StringBuilder text = new StringBuilder();
        if (settings.isEmpty()) {
            text.append("{}\n");
        } else {
            appendMembers(text, settings, "", "");
        }
        return Bytes.copyOf(StandardCharsets.UTF_8.encode(text.toString()));
    }

    private static void appendMembers(StringBuilder text, JsonNode object, String place, String indent) {
        object.properties().forEach(member -> {
            String key = member.getKey();
            text.append(indent)
                    .append(PLAIN_KEY.matcher(key).matches() ? key : quoted(key))
                    .append(':');
            appendValue(text, member.getValue(), place + "\n" + key, indent + "  ");
        });
    }

    /** Appends what follows a colon, a dash or a tag, to the end of the line. */
    private static void appendValue(StringBuilder text, JsonNode value, String place, String indent) {
        String tag = tag(value, place);
        if (!tag.isEmpty()) {
            text.append(" !").append(tag);
            appendValue(text, value.elements().next(), place + "\n" + tag, indent);
        } else if (value.isObject() && !value.isEmpty()) {
            text.append('\n');
            appendMembers(text, value, place, indent);
        } else if (value.isArray() && !value.isEmpty()) {
            text.append('\n');
            for (JsonNode element : value) {
                text.append(indent).append('-');
                appendValue(text, element, place + "\n#", indent + "  ");
            }
        } else {
            text.append(' ')
                    .append(value.isTextual() ? quoted(value.textValue()) : value.toString())
                    .append('\n');
        }
    }

    /** The tag that stands for a map with one member, or nothing if the map is just that. */
    private static String tag(JsonNode value, String place) {
        if (!value.isObject() || value.size() != 1) {
            return "";
        }
        String name = value.fieldNames().next();
        if (!name.startsWith(TAG_MARK) && !CHOICE.matcher(place).matches()) {
            return "";
        }
        String tag = name.startsWith(TAG_MARK) ? name.substring(1) : name;
        if (!TAG_NAME.matcher(tag).matches()) {
            throw new IllegalArgumentException("Invalid configuration: '" + tag + "' cannot be the name of a choice");
        }
        return tag;
    }

    /** Texts of JSON are texts of YAML. */
    private static String quoted(String text) {
        return JSON.textNode(text).toString();
    }

    /** Gives settings the form of version 2, in which all choices are maps with one member. */
    static JsonNode withoutTags(JsonNode value) {
        if (value.isArray()) {
            ArrayNode array = JSON.arrayNode();
            value.forEach(element -> array.add(withoutTags(element)));
            return array;
        }
        if (!value.isObject()) {
            return value;
        }
        ObjectNode object = JSON.objectNode();
        value.properties().forEach(member -> {
            String name = member.getKey();
            boolean tag = value.size() == 1 && name.startsWith(TAG_MARK);
            object.set(tag ? name.substring(1) : name, withoutTags(member.getValue()));
        });
        return object;
    }
}
