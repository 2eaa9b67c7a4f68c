package io.icestream.azure;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.icestream.engine.testing.AzureTestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A managed identity, as a process on an Azure machine has it: Azure's library finds in the environment who gives tokens,
 * which here is a server in this process. In a process of its own, because the library reads its own environment.
 */
class AzureIdentityTest {
    @TempDir
    private Path directory;

    private final List<String> asked = new CopyOnWriteArrayList<>();

    @Test
    void theTokenOfTheMachineIsFetchedOnceAndSentAlong() throws Exception {
        HttpServer issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        issuer.createContext("/token", this::issue);
        issuer.start();
        try (AzureTestServer server = AzureTestServer.start()) {
            String output = run(
                    "http://127.0.0.1:" + issuer.getAddress().getPort() + "/token",
                    server.accountEndpoint().toString());

            assertThat(output).contains("found: written");
            assertThat(server.findNotes("some/prefix/a").orElseThrow()).containsEntry("authorization", "Bearer issued");
            assertThat(asked).singleElement().asString().contains("resource=https://storage.azure.com");
        } finally {
            issuer.stop(0);
        }
    }

    private void issue(HttpExchange exchange) throws IOException {
        asked.add(String.valueOf(exchange.getRequestURI().getQuery()));
        byte[] reply =
                ("{\"access_token\":\"issued\",\"token_type\":\"Bearer\",\"resource\":\"https://storage.azure.com\","
                                + "\"client_id\":\"x\",\"expires_on\":\""
                                + Instant.now().plusSeconds(3600).getEpochSecond() + "\"}")
                        .getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, reply.length);
        exchange.getResponseBody().write(reply);
        exchange.close();
    }

    private String run(String identityEndpoint, String accountEndpoint) throws Exception {
        Path output = directory.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        IdentityMain.class.getName(),
                        accountEndpoint)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("AZURE_") || name.startsWith("MSI_"));
        builder.environment().put("IDENTITY_ENDPOINT", identityEndpoint);
        builder.environment().put("IDENTITY_HEADER", "secret");
        builder.environment().put("NO_PROXY", "127.0.0.1");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES))
                    .as("the process ends")
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output);
    }
}
