package io.icestream.gcs;

import io.icestream.engine.storage.LocationSettings;
import io.icestream.engine.storage.cloud.CloudSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Options as text: {@code gs://bucket/prefix?user-project=lab}, with the same names in a configuration.
 *
 * <p>{@link #NAMES} lists the names, {@link LocationSettings} says how values are written. Secrets are not taken from a
 * URL, which is shown and logged.
 */
public final class GcsSettings {
    /** The names of all settings. */
    public static final List<String> NAMES = CloudSettings.and(
            "service-account-file", "service-account-key", "bearer-token", "user-project", "encryption-key");

    private static final Set<String> SECRETS = Set.of("service-account-key", "bearer-token");

    private final LocationSettings values;
    private final Map<String, String> environment;

    private GcsSettings(LocationSettings values, Map<String, String> environment) {
        this.values = values;
        this.environment = environment;
    }

    /**
     * Reads a location and settings.
     *
     * @param location for example {@code gs://bucket/prefix?user-project=lab}; its query goes before the settings
     * @param settings by the names in {@link #NAMES}
     * @param environment environment variables; {@code STORAGE_EMULATOR_HOST} (an emulator, which is asked without
     *     credentials and encryption) and those for proxies are looked up here, {@code GOOGLE_APPLICATION_CREDENTIALS} by
     *     Google's library in the process's own
     * @return a builder, to which the caller may add
     * @throws IllegalArgumentException if something is unknown or makes no sense; says what, never a secret
     */
    public static GcsOptions.Builder parse(
            String location, Map<String, String> settings, Map<String, String> environment) {
        LocationSettings values =
                LocationSettings.of("a Google Cloud Storage location", location, settings, NAMES, SECRETS);
        return new GcsSettings(values, environment).builder(GcsLocation.parse(LocationSettings.withoutQuery(location)));
    }

    private GcsOptions.Builder builder(GcsLocation location) {
        Optional<String> emulator = emulator();
        GcsOptions.Builder builder = CloudSettings.apply(
                        GcsOptions.at(location),
                        values.withDefault("endpoint", emulator),
                        environment,
                        GcsOptions.GOOGLE)
                .credentials(credentials());
        emulator.ifPresent(address -> builder.allowHttp());
        values.text("user-project").ifPresent(builder::userProject);
        values.text("encryption-key").ifPresent(builder::encryptionKey);
        return builder;
    }

    /** The emulator that is to be asked, if no endpoint is set. */
    private Optional<String> emulator() {
        return Optional.ofNullable(environment.get("STORAGE_EMULATOR_HOST"))
                .filter(text -> !text.isBlank() && values.text("endpoint").isEmpty())
                .map(text -> text.contains("://") ? text : "http://" + text);
    }

    private GcsCredentials credentials() {
        if (values.flag("anonymous").orElse(false)) {
            return new GcsCredentials.Anonymous();
        }
        return values.text("bearer-token")
                .<GcsCredentials>map(GcsCredentials.Bearer::new)
                .or(() -> values.text("service-account-key").map(GcsCredentials.ServiceAccountKey::new))
                .or(() -> values.text("service-account-file").map(Path::of).map(GcsCredentials.ServiceAccountFile::new))
                .orElseGet(() -> emulator().isPresent()
                        ? new GcsCredentials.Anonymous()
                        : new GcsCredentials.ApplicationDefault());
    }
}
