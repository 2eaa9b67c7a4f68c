package io.icestream.ingest.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.config.RegistrySettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The registry client against our registry server, and against a server that misbehaves as told. */
class HttpRegistryClientTest {

    private static final Schema SCHEMA = SchemaBuilder.record("R")
            .namespace("t")
            .fields()
            .requiredString("station")
            .requiredDouble("a")
            .endRecord();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private int requests;

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private URI registry() {
        RegistryServer server = RegistryServer.start();
        opened.add(server);
        return server.url();
    }

    /** A server that gives one answer to everything. */
    private URI answering(int status, String body) {
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.createContext("/", exchange -> {
                requests++;
                exchange.getRequestBody().readAllBytes();
                byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
                exchange.getResponseBody().write(bytes);
                exchange.close();
            });
            server.start();
            opened.add(() -> server.stop(0));
            return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/base/");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private URI nobody() {
        URI address = answering(200, "{}");
        try {
            opened.remove(opened.size() - 1).close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        return address;
    }

    private HttpRegistryClient client(URI... urls) {
        return new HttpRegistryClient(
                new RegistrySettings(List.of(urls), Map.of("X-Token", "t"), Duration.ofSeconds(5)), () -> now);
    }

    @Test
    void registersAndFinds() {
        HttpRegistryClient client = client(registry());
        String subject = RegistryClient.valueSubject("topic with a space");

        assertThat(client.latest(subject)).isEmpty();
        int id = client.register(subject, SCHEMA);

        assertThat(client.register(subject, SCHEMA)).isEqualTo(id);
        assertThat(client.latest(subject)).contains(new RegistryClient.RegisteredSchema(id, SCHEMA));
        assertThat(client(opened.stream()
                                .map(server -> ((RegistryServer) server).url())
                                .toArray(URI[]::new))
                        .byId(id))
                .isEqualTo(SCHEMA);
        assertThatThrownBy(() -> client.byId(id + 1_000)).isInstanceOf(SchemaNotFoundException.class);
    }

    @Test
    void carriesRecordsFromProducerToConsumer() {
        HttpRegistryClient client = client(registry());
        GenericRecord record = new GenericData.Record(SCHEMA);
        record.put("station", "A");
        record.put("a", 1.5);
        try (AvroSerializer<GenericRecord> serializer = new AvroSerializer<>(client);
                AvroDeserializer deserializer = new AvroDeserializer(client)) {
            byte[] value = serializer.serialize("topic", record);

            assertThat(value).isNotNull();
            GenericRecord read = deserializer.deserialize("topic", value);
            assertThat(read).isNotNull();
            assertThat(String.valueOf(read)).isEqualTo(record.toString());
            assertThat(serializer.serialize("topic", null)).isNull();
            assertThat(deserializer.deserialize("topic", null)).isNull();
            assertThatThrownBy(() -> deserializer.deserialize("topic", new byte[] {1}))
                    .isInstanceOf(SerializationException.class);
            assertThatThrownBy(() -> deserializer.deserialize("topic", Arrays.copyOf(value, 7)))
                    .isInstanceOf(SerializationException.class);
        }
    }

    @Test
    void asksOnceForEachSchema() {
        HttpRegistryClient client = client(answering(200, "{\"schema\": \"\\\"string\\\"\"}"));

        assertThat(client.byId(5)).isEqualTo(Schema.create(Schema.Type.STRING));
        assertThat(client.byId(5)).isEqualTo(Schema.create(Schema.Type.STRING));

        assertThat(requests).isEqualTo(1);
    }

    @Test
    void asksForUnknownIdsAgainOnlyAfterAWhile() {
        HttpRegistryClient client =
                client(answering(404, "{\"error_code\": 40403, \"message\": \"Schema not found\"}"));

        assertThatThrownBy(() -> client.byId(5)).isInstanceOf(SchemaNotFoundException.class);
        assertThatThrownBy(() -> client.byId(5)).isInstanceOf(SchemaNotFoundException.class);
        assertThat(requests).isEqualTo(1);
        now = now.plus(HttpRegistryClient.UNKNOWN_KEPT);
        assertThatThrownBy(() -> client.byId(5)).isInstanceOf(SchemaNotFoundException.class);
        assertThat(requests).isEqualTo(2);
    }

    @Test
    void whatIsNoAnswerOfARegistryCanBeTriedAgain() {
        List<URI> unusable = List.of(
                nobody(),
                answering(500, "{\"error_code\": 50001}"),
                answering(503, ""),
                answering(429, "slow down"),
                answering(404, "<html>no such page</html>"),
                answering(401, "{\"error_code\": 401}"),
                answering(403, ""),
                answering(200, "<html>welcome</html>"),
                answering(200, "{}"));
        for (URI url : unusable) {
            assertThatThrownBy(() -> client(url).byId(1))
                    .as("%s", url)
                    .isInstanceOf(RegistryUnavailableException.class);
        }
        assertThatThrownBy(() -> client(answering(401, "{\"error_code\": 401}")).byId(1))
                .hasMessageContaining("check schema-registry.headers");
        assertThatThrownBy(() -> client(answering(404, "")).byId(1)).hasMessageContaining("check schema-registry.urls");
    }

    @Test
    void schemasThatCannotBeUsedAreNotWaitedFor() {
        assertThatThrownBy(() -> client(answering(200, "{\"schema\": \"x\", \"schemaType\": \"PROTOBUF\"}"))
                        .byId(1))
                .isInstanceOf(SchemaNotFoundException.class)
                .hasMessageContaining("PROTOBUF");
        assertThatThrownBy(() -> client(
                                answering(
                                        200,
                                        "{\"schema\": \"\\\"string\\\"\", \"references\": [{\"name\": \"a\", \"subject\": \"b\", \"version\": 1}]}"))
                        .byId(1))
                .isInstanceOf(SchemaNotFoundException.class)
                .hasMessageContaining("refers to other schemas");
        assertThatThrownBy(() ->
                        client(answering(200, "{\"schema\": \"{nonsense\"}")).byId(1))
                .isInstanceOf(SchemaNotFoundException.class);
    }

    @Test
    void aRefusedSchemaIsTheProducersProblem() {
        for (int status : new int[] {409, 422}) {
            URI url = answering(status, "{\"error_code\": " + status + ", \"message\": \"incompatible\"}");
            assertThatThrownBy(() -> client(url).register("s", SCHEMA))
                    .isInstanceOf(SchemaRefusedException.class)
                    .hasMessageContaining("incompatible");
        }
        assertThatThrownBy(
                        () -> client(answering(500, "{\"error_code\": 50002}")).register("s", SCHEMA))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void goesOnWithTheAddressThatAnswers() {
        URI broken = answering(503, "");
        HttpRegistryClient client = client(nobody(), broken, registry());

        int id = client.register("s", SCHEMA);
        int before = requests;

        assertThat(client.byId(id)).isEqualTo(SCHEMA);
        assertThat(client.latest("s")).isPresent();
        assertThat(before).isEqualTo(1);
        assertThat(requests).as("the address that answered is asked first").isEqualTo(1);
    }
}
