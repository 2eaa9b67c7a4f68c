package io.icestream.ingest.decode;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.ingest.config.RegistrySettings;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParseException;

/**
 * A schema registry that speaks the Confluent REST API.
 *
 * <p>Several addresses are tried in order, beginning with the one that answered last. Schemas are kept for ever; that an id is unknown is
 * kept for {@link #UNKNOWN_KEPT}, so that a stream of bad records does not become a stream of requests. Thread-safe.
 */
public final class HttpRegistryClient implements RegistryClient {

    /** How long an id stays unknown before it is asked for again. */
    public static final Duration UNKNOWN_KEPT = Duration.ofSeconds(30);

    private final RegistryHttp http;
    private final InstantSource clock;
    private final ConcurrentMap<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Unknown> unknown = new ConcurrentHashMap<>();

    private record Unknown(String message, Instant until) {}

    /**
     * Makes a client; nothing is sent yet.
     *
     * @param settings addresses, headers and timeout
     * @param clock tells how long an id has been unknown
     */
    public HttpRegistryClient(RegistrySettings settings, InstantSource clock) {
        this.http = new RegistryHttp(settings);
        this.clock = clock;
    }

    @Override
    public Schema byId(int id) {
        Schema known = schemas.get(id);
        return known != null ? known : fetch(id);
    }

    private Schema fetch(int id) {
        Unknown asked = unknown.get(id);
        if (asked != null && clock.instant().isBefore(asked.until())) {
            throw new SchemaNotFoundException(asked.message());
        }
        try {
            JsonNode body = http.get("/schemas/ids/" + id)
                    .orElseThrow(() -> new SchemaNotFoundException(
                            "The registry at " + http.addresses() + " has no schema " + id));
            Schema schema = parse("schema " + id, body);
            schemas.put(id, schema);
            unknown.remove(id);
            return schema;
        } catch (SchemaNotFoundException e) {
            String message = String.valueOf(e.getMessage());
            unknown.put(id, new Unknown(message, clock.instant().plus(UNKNOWN_KEPT)));
            throw e;
        }
    }

    @Override
    public int register(String subject, Schema schema) {
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
        JsonNode answer = http.post("/subjects/" + encoded(subject) + "/versions", request);
        return id(answer, "registering under subject '" + subject + "'");
    }

    @Override
    public Optional<RegisteredSchema> latest(String subject) {
        String what = "the newest schema of subject '" + subject + "'";
        return http.get("/subjects/" + encoded(subject) + "/versions/latest")
                .map(body -> new RegisteredSchema(id(body, what), parse(what, body)));
    }

    private int id(JsonNode answer, String what) {
        JsonNode id = answer.path("id");
        if (!id.isInt()) {
            throw new RegistryUnavailableException(
                    "The registry at " + http.addresses() + " answered without an id to " + what);
        }
        return id.intValue();
    }

    private static Schema parse(String what, JsonNode body) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new SchemaNotFoundException("Cannot use " + what + ": it is of type " + type + ", not AVRO");
        }
        if (!body.path("references").isEmpty()) {
            throw new SchemaNotFoundException(
                    "Cannot use " + what + ": it refers to other schemas; register it with those types written out");
        }
        if (!body.path("schema").isTextual()) {
            throw new RegistryUnavailableException("The registry answered without a schema for " + what);
        }
        try {
            // Names and defaults were the registry's business; the bytes can be read whatever they are.
            return new Schema.Parser(NameValidator.NO_VALIDATION)
                    .setValidateDefaults(false)
                    .parse(body.path("schema").textValue());
        } catch (SchemaParseException e) {
            throw new SchemaNotFoundException("Cannot use " + what + ": " + e.getMessage(), e);
        }
    }

    private static String encoded(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
