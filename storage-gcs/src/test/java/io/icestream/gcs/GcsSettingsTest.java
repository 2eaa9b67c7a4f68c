package io.icestream.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import io.icestream.engine.storage.cloud.CloudSettingsContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading options from text. */
class GcsSettingsTest extends CloudSettingsContract {
    @Override
    protected String location() {
        return "gs://bucket/p";
    }

    @Override
    protected GcsOptions parse(String location, Map<String, String> settings, Map<String, String> environment) {
        return GcsSettings.parse(location, settings, environment).build();
    }

    private static GcsOptions parse(String location, Map<String, String> settings) {
        return GcsSettings.parse(location, settings, Map.of()).build();
    }

    @Test
    void readsLocationAndQuery() {
        GcsOptions options = parse("gs://bucket/a/b/?user-project=lab", Map.of());

        assertThat(options.location()).isEqualTo(GcsLocation.parse("gs://bucket/a/b"));
        assertThat(options.address()).isEqualTo(URI.create("https://storage.googleapis.com"));
        assertThat(options.userProject()).contains("lab");
        assertThat(options.credentials()).isEqualTo(new GcsCredentials.ApplicationDefault());
    }

    @Test
    void readsEverySetting() {
        GcsOptions options = parse(
                "gs://bucket/p?user-project=query",
                Map.ofEntries(
                        Map.entry("service-account-key", "{secret}"),
                        Map.entry("user-project", "settings"),
                        Map.entry("encryption-key", "k")));

        assertThat(options.userProject()).as("the query goes before").contains("query");
        assertThat(options.credentials()).isEqualTo(new GcsCredentials.ServiceAccountKey("{secret}"));
        assertThat(options.encryptionKey()).contains("k");
        assertThat(options.toString()).doesNotContain("secret");
    }

    @Test
    void knowsWhoTheUserMayBe() {
        assertThat(parse("gs://bucket/p?anonymous", Map.of()).credentials()).isEqualTo(new GcsCredentials.Anonymous());
        assertThat(parse("gs://bucket/p?service-account-file=/key.json", Map.of())
                        .credentials())
                .isEqualTo(new GcsCredentials.ServiceAccountFile(Path.of("/key.json")));
        assertThat(parse("gs://bucket/p", Map.of("bearer-token", "t")).credentials())
                .isEqualTo(new GcsCredentials.Bearer("t"));
    }

    @Test
    void takesTheEmulatorAndTheProxyOfTheEnvironment() {
        Map<String, String> environment =
                Map.of("STORAGE_EMULATOR_HOST", "localhost:4443", "http_proxy", "proxy:3128", "no_proxy", "a.b, .c.d");

        GcsOptions options =
                GcsSettings.parse("gs://bucket/p", Map.of(), environment).build();

        assertThat(options.address()).isEqualTo(URI.create("http://localhost:4443"));
        assertThat(options.credentials()).isEqualTo(new GcsCredentials.Anonymous());
        assertThat(options.requests().proxy().orElseThrow().directHosts()).containsExactlyInAnyOrder("a.b", ".c.d");
        assertThat(GcsSettings.parse("gs://bucket/p?endpoint=https://mine", Map.of(), environment)
                        .build()
                        .address())
                .isEqualTo(URI.create("https://mine"));
    }

    @Test
    void isFoundByItsScheme() {
        StorageProvider provider = StorageProvider.find("gs://bucket/p").orElseThrow();

        assertThat(provider.form()).isEqualTo("gs://BUCKET/PREFIX");
        assertThat(provider.settings()).isEqualTo(GcsSettings.NAMES);
        try (Storage storage = provider.open("gs://bucket?anonymous", Map.of(), Map.of())) {
            assertThat(storage.location()).isEqualTo("gs://bucket");
            assertThat(storage.objectionToCreation().orElseThrow()).contains("gs://bucket/repository");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gs://bucket/p?bearer-token=hush|Invalid option 'bearer-token' in a location",
                "gs://B/p|Invalid bucket",
                "gs:bucket|gs://BUCKET/PREFIX is needed"
            })
    void saysWhatIsWrong(String location, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(location, Map.of()))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
    }
}
