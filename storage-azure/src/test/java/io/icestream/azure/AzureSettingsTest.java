package io.icestream.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import io.icestream.engine.storage.cloud.CloudSettingsContract;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading options from text. */
class AzureSettingsTest extends CloudSettingsContract {
    @Override
    protected String location() {
        return "az://account/container/p";
    }

    @Override
    protected AzureOptions parse(String location, Map<String, String> settings, Map<String, String> environment) {
        return AzureSettings.parse(location, settings, environment).build();
    }

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
                "az://account/container/p",
                Map.ofEntries(Map.entry("account-key", KEY), Map.entry("encryption-scope", "s")));

        assertThat(options.credentials()).isEqualTo(new AzureCredentials.AccountKey(KEY));
        assertThat(options.encryptionScope()).contains("s");
        assertThat(options.toString()).doesNotContain(KEY);
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
                "az://account/container/p?account-key=hush|Invalid option 'account-key' in a location",
                "az://account/container/p?storage-class=archive|objects in it cannot be read",
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
