package io.icestream.demo;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.cli.Cluster;
import io.icestream.ingest.cli.ExitCode;
import io.icestream.ingest.cli.Icestream;
import io.icestream.ingest.config.RegistrySettings;
import io.icestream.ingest.decode.HttpRegistryClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.avro.Schema;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokerVerbTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path folder;

    @Test
    void servesUntilItIsStoppedAndKeepsWhatItHas() throws IOException, InterruptedException {
        String clusterId = serve((cluster, registry) -> {
            cluster.createTopic(new NewTopic("kept", 2, (short) 1));
            assertThat(registry.register("kept-value", Schema.create(Schema.Type.LONG)))
                    .isEqualTo(1);
            return cluster.id();
        });
        serve((cluster, registry) -> {
            assertThat(cluster.id()).isEqualTo(clusterId);
            assertThat(cluster.findTopic("kept")).isPresent();
            assertThat(registry.byId(1)).isEqualTo(Schema.create(Schema.Type.LONG));
            return "";
        });
    }

    @Test
    void saysThatAPortIsTaken() {
        try (RegistryServer other = RegistryServer.start()) {
            String port = Integer.toString(other.url().getPort());
            assertThat(failure("--registry-port", port, "--port", "0"))
                    .contains("Cannot start a schema registry: port " + port + " is taken; choose another one");
            assertThat(failure("--registry-port", "0", "--port", port))
                    .contains("Cannot start a broker in ", "port " + port + " is taken; choose another one");
        }
    }

    private String failure(String... ports) {
        StringWriter err = new StringWriter();
        List<String> arguments = new java.util.ArrayList<>(List.of("broker", "--dir", folder.toString()));
        arguments.addAll(List.of(ports));
        int exitCode = Icestream.execute(
                new PrintWriter(new StringWriter()), new PrintWriter(err), arguments.toArray(String[]::new));
        assertThat(exitCode).isEqualTo(ExitCode.FAILED);
        return err.toString();
    }

    private interface Client {
        String use(Cluster cluster, HttpRegistryClient registry);
    }

    /** Runs the verb in a process of its own, lets a client use what it serves, and ends it. */
    private String serve(Client client) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Icestream.class.getName(),
                        "broker",
                        "--dir",
                        folder.toString(),
                        "--port",
                        "0",
                        "--registry-port",
                        "0",
                        "--json")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader(UTF_8)) {
            JsonNode where = new ObjectMapper().readTree(output.readLine());
            RegistrySettings settings = new RegistrySettings(
                    List.of(URI.create(where.get("registry").textValue())), Map.of(), PATIENCE);
            try (Cluster cluster = Cluster.at(
                    Map.of("bootstrap.servers", where.get("bootstrap").textValue()), PATIENCE)) {
                return client.use(cluster, new HttpRegistryClient(settings, InstantSource.system()));
            }
        } finally {
            List<ProcessHandle> all = process.descendants().toList();
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(143);
            assertThat(all).hasSize(1).noneMatch(ProcessHandle::isAlive);
        }
    }
}
