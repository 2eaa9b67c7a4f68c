package io.icestream.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import io.icestream.engine.storage.cloud.StorageClasses;
import io.icestream.engine.storage.cloud.Timeouts;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading options from text. */
class AzureSettingsTest {
    private static final String KEY = "c2VjcmV0LXNlY3JldA==";

    private static AzureOptions parse(String location, Map<String, String> settings) {
        return AzureSettings.parse(location, settings, Map.of()).build();
    }

    @Test
    void readsLocationAndQuery() {
        AzureOptions options = parse("az://account/container/a/b/?chunk-storage-class=Cool", Map.of());

        assertThat(options.location()).isEqualTo(AzureLocation.parse("az://account/container/a/b"));
        assertThat(options.address()).isEqualTo(URI.create("https://account.blob.core.windows.net"));
        assertThat(options.storageClasses().of("chunks/A")).contains("Cool");
        assertThat(options.credentials()).isEqualTo(new AzureCredentials.Environment());
    }

    @Test
    void readsEverySetting() {
        AzureOptions options = parse(
                "az://account/container/p?storage-class=Hot",
                Map.ofEntries(
                        Map.entry("endpoint", "http://127.0.0.1:10000/account/"),
                        Map.entry("allow-http", "true"),
                        Map.entry("account-key", KEY),
                        Map.entry("storage-class", "Cool"),
                        Map.entry("metadata-storage-class", "B"),
                        Map.entry("chunk-storage-class", "C"),
                        Map.entry("encryption-scope", "s"),
                        Map.entry("connect-timeout", "500ms"),
                        Map.entry("read-timeout", "20s"),
                        Map.entry("attempt-timeout", "PT1M"),
                        Map.entry("operation-timeout", "2h"),
                        Map.entry("max-tries", "3"),
                        Map.entry("parallelism", "5"),
                        Map.entry("proxy", "http://user:word@proxy:3128")));

        assertThat(options.address()).isEqualTo(URI.create("http://127.0.0.1:10000/account"));
        assertThat(options.credentials()).isEqualTo(new AzureCredentials.AccountKey(KEY));
        assertThat(options.storageClasses())
                .as("the query goes before")
                .isEqualTo(new StorageClasses(Optional.of("Hot"), Optional.of("B"), Optional.of("C")));
        assertThat(options.encryptionScope()).contains("s");
        assertThat(options.requests().timeouts())
                .isEqualTo(new Timeouts(
                        Duration.ofMillis(500),
                        Duration.ofSeconds(20),
                        Optional.of(Duration.ofMinutes(1)),
                        Duration.ofHours(2)));
        assertThat(options.requests().retries().maxTries()).isEqualTo(3);
        assertThat(options.requests().transfers().parallelism()).isEqualTo(5);
        assertThat(options.requests().proxy().orElseThrow().address()).isEqualTo(URI.create("http://proxy:3128"));
        assertThat(options.toString() + options.requests().proxy()).doesNotContain(KEY, "word");
    }

    @Test
    void knowsWhoTheUserMayBe() {
        assertThat(parse("az://account/container/p?anonymous", Map.of()).credentials())
                .isEqualTo(new AzureCredentials.Anonymous());
        assertThat(parse("az://account/container/p", Map.of("sas-token", "?sv=1&sig=x"))
                        .credentials())
                .isEqualTo(new AzureCredentials.Sas("sv=1&sig=x"));
        assertThat(parse("az://account/container/p", Map.of("bearer-token", "t"))
                        .credentials())
                .isEqualTo(new AzureCredentials.Bearer("t"));
    }

    @Test
    void takesKeysAndTheProxyOfTheEnvironment() {
        AzureOptions options = AzureSettings.parse(
                        "az://account/container/p",
                        Map.of(),
                        Map.of("AZURE_STORAGE_KEY", KEY, "HTTPS_PROXY", "http://proxy:3128"))
                .build();
        assertThat(options.credentials()).isEqualTo(new AzureCredentials.AccountKey(KEY));
        assertThat(options.requests().proxy()).isPresent();
        assertThat(AzureSettings.parse("az://account/container/p?anonymous", Map.of(), Map.of("AZURE_STORAGE_KEY", KEY))
                        .build()
                        .credentials())
                .isEqualTo(new AzureCredentials.Anonymous());
        assertThat(AzureSettings.parse("az://account/container/p", Map.of(), Map.of("AZURE_STORAGE_SAS_TOKEN", "sig=x"))
                        .build()
                        .credentials())
                .isEqualTo(new AzureCredentials.Sas("sig=x"));
    }

    @Test
    void isFoundByItsScheme() {
        StorageProvider provider =
                StorageProvider.find("az://account/container/p").orElseThrow();

        assertThat(provider.form()).isEqualTo("az://ACCOUNT/CONTAINER/PREFIX");
        assertThat(provider.settings()).isEqualTo(AzureSettings.NAMES);
        try (Storage storage = provider.open("az://account/container?anonymous", Map.of(), Map.of())) {
            assertThat(storage.location()).isEqualTo("az://account/container");
            assertThat(storage.objectionToCreation().orElseThrow()).contains("az://account/container/repository");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "az://account/container/p?clas=x|Unknown option 'clas' of an Azure location",
                "az://account/container/p?account-key=hush|Invalid option 'account-key' in a location",
                "az://account/container/p?endpoint=http://x|it is not encrypted",
                "az://account/container/p?storage-class=archive|objects in it cannot be read",
                "az://account/container/a//b|a segment is empty",
                "az://ac-count/container/p|Invalid storage account",
                "az://account/con--tainer/p|Invalid container",
                "az://account|az://ACCOUNT/CONTAINER/PREFIX is needed"
            })
    void saysWhatIsWrong(String location, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(location, Map.of()))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
    }

    @Test
    void secretsThatAreNoneAreRefusedUnseen() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AzureCredentials.AccountKey("hush!"))
                .withMessage("Invalid account key: base64 is needed");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AzureCredentials.Sas("hush"))
                .withMessage("Invalid shared access signature: it holds no 'sig'");
    }
}
