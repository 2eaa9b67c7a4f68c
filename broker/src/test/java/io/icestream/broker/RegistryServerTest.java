package io.icestream.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryServerTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ONE =
            "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"a\", \"type\": \"int\"}]}";
    private static final String TWO = "{\"type\":\"record\",\"name\":\"R\",\"fields\":["
            + "{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"b\",\"type\":\"int\",\"default\":0}]}";
    private static final String INCOMPATIBLE =
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"c\",\"type\":\"int\"}]}";

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private RegistryServer registry = RegistryServer.start();

    @BeforeEach
    void startOnAFolder() {
        registry.close();
        registry = RegistryServer.start(folder);
    }

    @AfterEach
    void stop() {
        registry.close();
    }

    @Test
    void givesOneSchemaOneIdInAllSubjects() throws Exception {
        assertThat(register("a-value", ONE).path("id").asInt()).isEqualTo(1);
        assertThat(register("a-value", TWO).path("id").asInt()).isEqualTo(2);
        assertThat(register("b-value", ONE.replace(" ", "")).path("id").asInt()).isEqualTo(1);
        assertThat(JSON.readTree(get("/schemas/ids/2").path("schema").asText())).isEqualTo(JSON.readTree(TWO));
        assertThat(get("/subjects").toString()).isEqualTo("[\"a-value\",\"b-value\"]");
        assertThat(get("/subjects/a-value/versions").toString()).isEqualTo("[1,2]");
    }

    @Test
    void answersLatestVersionAndLookup() throws Exception {
        register("a/b value", ONE);
        register("a/b value", TWO);
        JsonNode latest = get("/subjects/a%2Fb%20value/versions/latest");
        assertThat(latest.path("version").asInt()).isEqualTo(2);
        assertThat(latest.path("subject").asText()).isEqualTo("a/b value");
        JsonNode found = post("/subjects/a%2Fb%20value", Map.of("schema", ONE));
        assertThat(found.path("version").asInt()).isEqualTo(1);
        assertThat(found.path("id").asInt()).isEqualTo(1);
    }

    @Test
    void refusesWhatIsUnknownOrInvalid() throws Exception {
        register("a-value", ONE);
        assertThat(get("/subjects/none/versions/latest").path("error_code").asInt())
                .isEqualTo(40401);
        assertThat(get("/subjects/a-value/versions/7").path("error_code").asInt())
                .isEqualTo(40402);
        assertThat(get("/schemas/ids/9").path("error_code").asInt()).isEqualTo(40403);
        assertThat(post("/subjects/a-value", Map.of("schema", TWO))
                        .path("error_code")
                        .asInt())
                .isEqualTo(40403);
        assertThat(register("a-value", "{\"type\":\"nonsense\"}")
                        .path("error_code")
                        .asInt())
                .isEqualTo(42201);
        assertThat(get("/nothing/here").path("error_code").asInt()).isEqualTo(404);
    }

    @Test
    void keepsSchemasCompatibleUnlessToldOtherwise() throws Exception {
        register("a-value", ONE);
        assertThat(post("/compatibility/subjects/a-value/versions/latest", Map.of("schema", INCOMPATIBLE))
                        .path("is_compatible")
                        .asBoolean())
                .isFalse();
        assertThat(register("a-value", INCOMPATIBLE).path("error_code").asInt()).isEqualTo(409);
        send("PUT", "/config/a-value", Map.of("compatibility", "NONE"));
        assertThat(get("/config/a-value").path("compatibilityLevel").asText()).isEqualTo("NONE");
        assertThat(register("a-value", INCOMPATIBLE).path("id").asInt()).isEqualTo(2);
        assertThat(get("/config").path("compatibilityLevel").asText()).isEqualTo("BACKWARD");
    }

    @Test
    void keepsIdsAndPortAcrossARestart() throws Exception {
        register("a-value", ONE);
        register("a-value", TWO);
        URI url = registry.url();
        registry.close();
        registry = RegistryServer.start(folder);
        assertThat(registry.url()).isEqualTo(url);
        assertThat(register("b-value", TWO).path("id").asInt()).isEqualTo(2);
        assertThat(get("/subjects/a-value/versions/latest").path("id").asInt()).isEqualTo(2);
    }

    @Test
    void playsOutages() throws Exception {
        registry.become(RegistryServer.Mode.UNAVAILABLE);
        assertThat(get("/subjects").path("error_code").asInt()).isEqualTo(50301);
        registry.become(RegistryServer.Mode.HANGING);
        assertThatThrownBy(() -> get("/subjects")).isInstanceOf(HttpTimeoutException.class);
        registry.become(RegistryServer.Mode.ANSWERING);
        assertThat(get("/subjects").isArray()).isTrue();
    }

    private JsonNode register(String subject, String schema) throws IOException, InterruptedException {
        String segment = subject.replace("/", "%2F").replace(" ", "%20");
        return post("/subjects/" + segment + "/versions", Map.of("schema", schema));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path, Map.of());
    }

    private JsonNode post(String path, Object body) throws IOException, InterruptedException {
        return send("POST", path, body);
    }

    private JsonNode send(String method, String path, Object body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(registry.url().resolve(path))
                .timeout(Duration.ofSeconds(4))
                .method(
                        method,
                        method.equals("GET")
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
                .build();
        return JSON.readTree(
                client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body());
    }
}
