package io.icestream.azure;

import io.icestream.engine.storage.LocationSettings;
import io.icestream.engine.storage.cloud.CloudSettings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Options as text: {@code az://account/container/prefix?chunk-storage-class=Cool}, with the same names in a
 * configuration.
 *
 * <p>{@link #NAMES} lists the names, {@link LocationSettings} says how values are written. Secrets are not taken from a
 * URL, which is shown and logged.
 */
public final class AzureSettings {
    /** The names of all settings. */
    public static final List<String> NAMES =
            CloudSettings.and("account-key", "sas-token", "bearer-token", "encryption-scope");

    private static final Set<String> SECRETS = Set.of("account-key", "sas-token", "bearer-token");

    private final LocationSettings values;
    private final Map<String, String> environment;

    private AzureSettings(LocationSettings values, Map<String, String> environment) {
        this.values = values;
        this.environment = environment;
    }

    /**
     * Reads a location and settings.
     *
     * @param location for example {@code az://account/container/prefix}; its query goes before the settings
     * @param settings by the names in {@link #NAMES}
     * @param environment environment variables; {@code AZURE_STORAGE_ACCOUNT_KEY}, {@code AZURE_STORAGE_KEY}, {@code
     *     AZURE_STORAGE_SAS_TOKEN} and those for proxies are looked up here, those of service principals and workload
     *     identities by Azure's library in the process's own
     * @return a builder, to which the caller may add
     * @throws IllegalArgumentException if something is unknown or makes no sense; says what, never a secret
     */
    public static AzureOptions.Builder parse(
            String location, Map<String, String> settings, Map<String, String> environment) {
        LocationSettings values = LocationSettings.of("an Azure location", location, settings, NAMES, SECRETS);
        return new AzureSettings(values, environment)
                .builder(AzureLocation.parse(LocationSettings.withoutQuery(location)));
    }

    private AzureOptions.Builder builder(AzureLocation location) {
        AzureOptions.Builder builder = CloudSettings.apply(
                        AzureOptions.at(location), values, environment, AzureOptions.EXAMPLE)
                .credentials(credentials());
        values.text("encryption-scope").ifPresent(builder::encryptionScope);
        return builder;
    }

    private AzureCredentials credentials() {
        if (values.flag("anonymous").orElse(false)) {
            return new AzureCredentials.Anonymous();
        }
        return values.text("account-key")
                .<AzureCredentials>map(AzureCredentials.AccountKey::new)
                .or(() -> values.text("sas-token").map(AzureCredentials.Sas::new))
                .or(() -> values.text("bearer-token").map(AzureCredentials.Bearer::new))
                .or(() -> variable("AZURE_STORAGE_ACCOUNT_KEY")
                        .or(() -> variable("AZURE_STORAGE_KEY"))
                        .map(AzureCredentials.AccountKey::new))
                .or(() -> variable("AZURE_STORAGE_SAS_TOKEN").map(AzureCredentials.Sas::new))
                .orElseGet(AzureCredentials.Environment::new);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(text -> !text.isBlank());
    }
}
