package io.icestream.engine.storage.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.ReadOnlyStorageException;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.engine.testing.HttpTestServer;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.testing.StorageReadContract;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The reading half of the contract behind a redirection, and where redirections may lead. */
class RedirectStorageTest extends StorageReadContract {
    private final HttpTestServer server = HttpTestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected Storage createEmptyStorage() {
        server.redirect("/start", "/next");
        server.redirect("/next", server.url().replace("http:", "http+icechunk:") + "/data");
        return redirect("/start");
    }

    @Override
    protected void place(String key, ByteBuffer content) {
        server.put("/data/" + key, HttpStorageTest.array(content));
    }

    private Storage redirect(String path) {
        return RedirectStorage.open(server.url() + path, HttpOptions.defaults(), Map.of());
    }

    @Test
    void asksOnceWhereItLeads() {
        place("a", bytes("one"));

        storage.find("a");
        storage.find("a");
        storage.stat("a");

        assertThat(server.requests())
                .containsExactly("GET /start", "GET /next", "GET /data/a", "GET /data/a", "HEAD /data/a");
        assertThat(storage.location()).isEqualTo(server.url() + "/data");
    }

    @Test
    void asksAgainAfterAFailure() {
        place("a", bytes("one"));
        server.inject(new HttpTestServer.Fault.Status(403));

        assertThatThrownBy(() -> storage.find("a")).hasMessageContaining("access denied");
        assertThat(storage.find("a")).isPresent();
    }

    @Test
    void leadsToABucketThatIsReadWithoutSignature() {
        try (S3TestServer s3 = S3TestServer.start("public");
                Storage bucket = S3Storage.open(S3Options.at(S3Location.parse("s3://public/set"))
                        .endpoint(s3.endpoint())
                        .allowHttp()
                        .pathStyle()
                        .region("us-east-1")
                        .credentials(new S3Credentials.Keys(
                                S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY, Optional.empty()))
                        .build())) {
            bucket.put("repo", bytes("it"));
            server.redirect(
                    "/bucket", "s3://public/set?region=us-east-1&path-style&allow-http&endpoint=" + s3.endpoint());

            try (Storage redirected = redirect("/bucket")) {
                assertThat(text(redirected.find("repo").orElseThrow().bytes())).isEqualTo("it");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://public/set",
                "s3://public/set?region=us-east-1&profile=admin",
                "r2://public/set",
                "gs://public/set",
                "ftp://public/set",
                "file:///etc/passwd",
                "not a url"
            })
    void refusesPlacesThatItCannotOpen(String target) {
        server.redirect("/start", target);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> storage.find("repo"))
                .withMessageContaining(server.url() + "/start")
                .satisfies(e -> assertThat(e.retry()).isEqualTo(StorageException.Retry.CANNOT_HELP));
    }

    @Test
    void stopsWhereServersRedirectForEver() {
        server.redirect("/start", "/start");

        assertThatThrownBy(() -> storage.find("repo")).hasMessageContaining("more than 10 times");
        assertThat(server.requests()).hasSize(11);
    }

    @Test
    void saysThatAnOrdinaryAnswerIsNoRedirection() {
        server.put("/plain", new byte[] {1});

        try (Storage plain = redirect("/plain")) {
            assertThatThrownBy(() -> plain.find("repo")).hasMessageContaining("status 200 and not with a redirection");
        }
    }

    @Test
    void takesFurtherKindsOfStores() {
        InMemoryStorage memory = new InMemoryStorage("m", InstantSource.system());
        memory.put("repo", bytes("it"));
        List<String> opened = new ArrayList<>();
        server.redirect("/start", "gs://bucket/set?x=1");

        try (Storage redirected =
                RedirectStorage.open(server.url() + "/start", HttpOptions.defaults(), Map.of("gs", url -> {
                    opened.add(url);
                    return memory;
                }))) {
            assertThat(redirected.find("repo")).isPresent();
        }
        assertThat(opened).containsExactly("gs://bucket/set?x=1");
    }

    @Test
    void givesNoHeadersToOtherServers() {
        place("a", bytes("one"));
        try (Storage redirected = RedirectStorage.open(
                server.url() + "/start", HttpOptions.defaults().withHeaders(Map.of("X-Token", "secret")), Map.of())) {
            redirected.find("a");
        }

        assertThat(server.requestHeaders().get(0).getFirst("X-Token")).isEqualTo("secret");
        assertThat(server.requestHeaders().subList(1, 3)).noneMatch(sent -> sent.containsKey("X-Token"));
    }

    @Test
    void doesNotWrite() {
        assertThatExceptionOfType(ReadOnlyStorageException.class)
                .isThrownBy(() -> storage.put("a", bytes("x")))
                .withMessageContaining("can only be read");
        assertThat(server.requests()).isEmpty();
    }
}
