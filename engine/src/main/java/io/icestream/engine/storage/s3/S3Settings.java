package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.LocationSettings;
import io.icestream.engine.storage.cloud.CloudSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Options as text: {@code s3://bucket/prefix?region=eu-central-1}, with the same names in a configuration.
 *
 * <p>{@link #NAMES} lists the names. Values are texts, {@code true} or {@code false}, whole numbers, or times such as
 * {@code 500ms}, {@code 30s}, {@code 5m}. Secrets are not taken from a URL, which is shown and logged.
 */
public final class S3Settings {
    /** The names of all settings. */
    public static final List<String> NAMES = CloudSettings.and(
            "provider",
            "account",
            "namespace",
            "region",
            "path-style",
            "profile",
            "access-key",
            "secret-key",
            "session-token",
            "role-arn",
            "web-identity-token-file",
            "requester-pays",
            "checksum",
            "encryption-key",
            "encryption-context",
            "conditional-writes");

    private static final Set<String> SECRETS = Set.of("secret-key", "session-token");

    private final LocationSettings values;
    private final Map<String, String> environment;

    private S3Settings(LocationSettings values, Map<String, String> environment) {
        this.values = values;
        this.environment = environment;
    }

    /**
     * Tells whether a location is one of this kind.
     *
     * @param location a path or URL
     * @return true if it begins with {@code s3:}
     */
    public static boolean isS3(String location) {
        return LocationSettings.hasScheme(location, "s3");
    }

    /**
     * Gives the options in the query of a location.
     *
     * @param location for example {@code s3://bucket/prefix?region=eu-central-1}
     * @return the options by name, in their order
     */
    public static Map<String, String> query(String location) {
        return LocationSettings.query(location);
    }

    /**
     * Reads a location and settings.
     *
     * @param location for example {@code s3://bucket/prefix?region=eu-central-1}; its query goes before the settings
     * @param settings by the names in {@link #NAMES}
     * @param environment environment variables; {@code AWS_ENDPOINT_URL_S3}, {@code AWS_ENDPOINT_URL} and those for proxies
     *     are looked up here, all other {@code AWS_} variables by the SDK in the process's own
     * @return a builder, to which the caller may add
     * @throws IllegalArgumentException if something is unknown or makes no sense; says what, never a secret
     */
    public static S3Options.Builder parse(
            String location, Map<String, String> settings, Map<String, String> environment) {
        LocationSettings values = LocationSettings.of("an S3 location", location, settings, NAMES, SECRETS)
                .withDefault("endpoint", environmentEndpoint(environment));
        return new S3Settings(values, environment).builder(S3Location.parse(LocationSettings.withoutQuery(location)));
    }

    private static Optional<String> environmentEndpoint(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("AWS_ENDPOINT_URL_S3"))
                .or(() -> Optional.ofNullable(environment.get("AWS_ENDPOINT_URL")))
                .filter(address -> !address.isBlank());
    }

    private S3Options.Builder builder(S3Location location) {
        S3Options.Builder builder = CloudSettings.apply(preset(location), values, environment, S3Options.EXAMPLE)
                .credentials(credentials());
        text("region").ifPresent(builder::region);
        if (values.flag("path-style").orElse(text("endpoint").isPresent())) {
            builder.pathStyle();
        }
        values.whenTrue("requester-pays", builder::requesterPays);
        text("checksum").ifPresent(name -> builder.checksum(checksum(name)));
        if (text("encryption-key").isPresent() || text("encryption-context").isPresent()) {
            builder.encryption(new S3Encryption(text("encryption-key"), text("encryption-context")));
        }
        if (!values.flag("conditional-writes").orElse(true)) {
            builder.withoutConditionalWrites();
        }
        return builder;
    }

    private S3Options.Builder preset(S3Location location) {
        String provider = text("provider").orElse("aws");
        return switch (provider) {
            case "aws" -> S3Options.at(location);
            case "tigris" -> S3Options.tigris(location);
            case "minio" -> minio(location);
            case "r2" ->
                text("endpoint")
                        .map(address -> S3Options.at(location).region("auto"))
                        .orElseGet(() -> S3Options.r2(values.required("account", "provider 'r2'"), location));
            case "hugging-face" ->
                text("endpoint")
                        .map(address -> S3Options.at(location).region("us-east-1"))
                        .orElseGet(() -> S3Options.huggingFace(
                                values.required("namespace", "provider 'hugging-face'"), location));
            default -> throw invalid("provider", "aws, r2, tigris, hugging-face or minio");
        };
    }

    private S3Options.Builder minio(S3Location location) {
        values.required("endpoint", "provider 'minio'");
        return S3Options.at(location).region("us-east-1").pathStyle();
    }

    private S3Credentials credentials() {
        if (values.flag("anonymous").orElse(false)) {
            return new S3Credentials.Anonymous();
        }
        Optional<String> accessKey = text("access-key");
        if (accessKey.isPresent()) {
            return new S3Credentials.Keys(
                    accessKey.get(), values.required("secret-key", "'access-key'"), text("session-token"));
        }
        if (text("secret-key").isPresent()) {
            throw new IllegalArgumentException("Missing option 'access-key': 'secret-key' needs it");
        }
        if (text("profile").isPresent()) {
            return new S3Credentials.Profile(text("profile").get());
        }
        if (text("role-arn").isPresent() || text("web-identity-token-file").isPresent()) {
            return new S3Credentials.WebIdentity(
                    text("role-arn"), text("web-identity-token-file").map(Path::of));
        }
        return new S3Credentials.Environment();
    }

    private S3Checksum checksum(String name) {
        try {
            return S3Checksum.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw invalid("checksum", "crc32, crc32c, sha1, sha256 or none");
        }
    }

    private Optional<String> text(String name) {
        return values.text(name);
    }

    private static IllegalArgumentException invalid(String name, String expected) {
        return LocationSettings.invalid(name, expected);
    }
}
