package io.icestream.broker;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** The paths of the REST interface, each with what it answers. */
final class RegistryRoutes {

    private final SchemaCatalog catalog;

    RegistryRoutes(SchemaCatalog catalog) {
        this.catalog = catalog;
    }

    /** Answers one request: a value to be written as JSON. {@code body} is an empty object where there is none. */
    Object answer(String method, List<String> path, JsonNode body) {
        String route = method + " " + path.stream().findFirst().orElse("") + " " + path.size();
        return switch (route) {
            case "GET  0" -> Map.of();
            case "GET subjects 1" -> catalog.subjects();
            case "GET subjects 3" -> catalog.versions(path.get(1));
            case "GET subjects 4" -> catalog.version(path.get(1), path.get(3));
            case "POST subjects 2" -> catalog.lookup(path.get(1), schema(body));
            case "POST subjects 3" -> Map.of("id", catalog.register(path.get(1), schema(body)));
            case "GET schemas 3" -> Map.of("schema", catalog.schema(Integer.parseInt(path.get(2))));
            case "GET config 1" -> Map.of("compatibilityLevel", catalog.level());
            case "GET config 2" -> Map.of("compatibilityLevel", catalog.level(path.get(1)));
            case "PUT config 1", "PUT config 2" -> setLevel(path, body);
            case "POST compatibility 5" -> Map.of("is_compatible", catalog.isCompatible(path.get(2), schema(body)));
            default -> throw new RegistryException(404, "HTTP 404 Not Found");
        };
    }

    private Object setLevel(List<String> path, JsonNode body) {
        Compatibility level = Compatibility.parse(body.path("compatibility").asText());
        if (path.size() == 1) {
            catalog.setLevel(level);
        } else {
            catalog.setLevel(path.get(1), level);
        }
        return Map.of("compatibility", level);
    }

    private static String schema(JsonNode body) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new RegistryException(42201, "Invalid schema type " + type + ": only AVRO is known here");
        }
        return body.path("schema").asText();
    }

    /** {@return the decoded segments of a path as sent} */
    static List<String> segments(String rawPath) {
        return Arrays.stream(rawPath.split("/"))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> java.net.URLDecoder.decode(
                        segment.replace("+", "%2B"), java.nio.charset.StandardCharsets.UTF_8))
                .toList();
    }
}
