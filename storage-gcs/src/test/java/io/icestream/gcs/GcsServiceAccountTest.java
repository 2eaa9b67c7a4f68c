package io.icestream.gcs;

import static io.icestream.engine.storage.cloud.CloudFixture.bytes;
import static io.icestream.engine.storage.cloud.CloudFixture.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.testing.GcsTestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service account: its key signs a request for a token, at a server in this process, and the token goes to the store. */
class GcsServiceAccountTest {
    @TempDir
    private Path directory;

    private final GcsTestServer server = GcsTestServer.start();
    private final AtomicInteger tokens = new AtomicInteger();
    private final HttpServer issuer;
    private volatile int status = 200;

    GcsServiceAccountTest() throws IOException {
        issuer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void startIssuer() {
        issuer.createContext("/token", this::issue);
        issuer.start();
    }

    @AfterEach
    void stop() {
        issuer.stop(0);
        server.close();
    }

    private void issue(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        byte[] reply = status == 200
                ? ("{\"access_token\":\"issued-" + tokens.incrementAndGet()
                                + "\",\"expires_in\":3600,\"token_type\":\"Bearer\"}")
                        .getBytes(UTF_8)
                : "{\"error\":\"invalid_grant\",\"error_description\":\"Invalid JWT: check your iat\"}".getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, reply.length);
        exchange.getResponseBody().write(reply);
        exchange.close();
    }

    private String key() throws NoSuchAlgorithmException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        String pem = "-----BEGIN PRIVATE KEY-----\\n"
                + Base64.getEncoder()
                        .encodeToString(generator.generateKeyPair().getPrivate().getEncoded())
                + "\\n-----END PRIVATE KEY-----\\n";
        return "{\"type\":\"service_account\",\"project_id\":\"p\",\"private_key_id\":\"1\",\"private_key\":\"" + pem
                + "\",\"client_email\":\"a@p.iam.gserviceaccount.com\",\"client_id\":\"1\",\"token_uri\":\"http://127.0.0.1:"
                + issuer.getAddress().getPort() + "/token\"}";
    }

    @Test
    void itsTokenIsUsedUntilTheStoreRefusesIt() throws Exception {
        Path file = Files.writeString(directory.resolve("key.json"), key());
        GcsOptions options = GcsFixture.options(server)
                .credentials(new GcsCredentials.ServiceAccountFile(file))
                .build();
        try (CloudStorage storage = GcsStorage.open(options)) {
            storage.put("a", bytes("one"));
            assertThat(text(storage.find("a").orElseThrow().bytes())).isEqualTo("one");
            assertThat(tokens).hasValue(1);

            server.expire("issued-1");
            assertThat(storage.stat("a")).isPresent();
            assertThat(tokens).hasValue(2);
        }
    }

    @Test
    void anAccountThatGetsNoTokenIsReported() throws Exception {
        status = 400;
        GcsOptions options = GcsFixture.options(server)
                .credentials(new GcsCredentials.ServiceAccountKey(key()))
                .build();
        try (CloudStorage storage = GcsStorage.open(options)) {
            assertThatExceptionOfType(StorageException.class)
                    .isThrownBy(() -> storage.find("a"))
                    .withMessageContaining("no token is to be had")
                    .withMessageContaining("check the credentials and this machine's clock")
                    .satisfies(e -> assertThat(e.retry()).isEqualTo(Retry.CANNOT_HELP));
        }
    }
}
