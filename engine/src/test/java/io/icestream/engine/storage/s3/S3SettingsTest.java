package io.icestream.engine.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.icestream.engine.storage.cloud.CloudSettingsContract;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading options from text. */
class S3SettingsTest extends CloudSettingsContract {
    @Override
    protected String location() {
        return "s3://bucket/p";
    }

    @Override
    protected S3Options parse(String location, Map<String, String> settings, Map<String, String> environment) {
        return S3Settings.parse(location, settings, environment).build();
    }

    private static S3Options parse(String location, Map<String, String> settings) {
        return S3Settings.parse(location, settings, Map.of()).build();
    }

    @Test
    void readsLocationAndQuery() {
        S3Options options = parse(
                "s3://bucket/a/b/?region=eu-central-1&endpoint=https%3A%2F%2Fs3.example.com&requester-pays", Map.of());

        assertThat(options.location()).isEqualTo(S3Location.parse("s3://bucket/a/b"));
        assertThat(options.region()).contains("eu-central-1");
        assertThat(options.endpoint()).contains(URI.create("https://s3.example.com"));
        assertThat(options.isPathStyle()).as("the default with an endpoint").isTrue();
        assertThat(options.isRequesterPays()).isTrue();
        assertThat(options.credentials()).isEqualTo(new S3Credentials.Environment());
    }

    @Test
    void readsEverySetting() {
        S3Options options = parse(
                "s3://bucket/p?region=r1",
                Map.ofEntries(
                        Map.entry("region", "r0"),
                        Map.entry("endpoint", "https://s3.example.com"),
                        Map.entry("path-style", "false"),
                        Map.entry("access-key", "key"),
                        Map.entry("secret-key", "secret"),
                        Map.entry("session-token", "token"),
                        Map.entry("checksum", "sha256"),
                        Map.entry("encryption-key", "k")));

        assertThat(options.region()).as("the query goes before").contains("r1");
        assertThat(options.isPathStyle()).isFalse();
        assertThat(options.credentials()).isEqualTo(new S3Credentials.Keys("key", "secret", Optional.of("token")));
        assertThat(options.checksum()).isEqualTo(S3Checksum.SHA256);
        assertThat(options.encryption()).contains(S3Encryption.withKey("k"));
        assertThat(options.toString()).doesNotContain("secret", "token");
    }

    @Test
    void conditionalWritesAreLeftOutOnlyIfAskedFor() {
        assertThat(parse("s3://bucket/p", Map.of()).hasConditionalWrites()).isTrue();
        assertThat(parse("s3://bucket/p?conditional-writes=false", Map.of()).hasConditionalWrites())
                .isFalse();
    }

    @Test
    void knowsWhoTheUserMayBe() {
        assertThat(parse("s3://bucket/p?profile=lab", Map.of()).credentials())
                .isEqualTo(new S3Credentials.Profile("lab"));
        assertThat(parse("s3://bucket/p?anonymous", Map.of()).credentials()).isEqualTo(new S3Credentials.Anonymous());
        assertThat(parse("s3://bucket/p?role-arn=arn&web-identity-token-file=/t", Map.of())
                        .credentials())
                .isEqualTo(new S3Credentials.WebIdentity(Optional.of("arn"), Optional.of(Path.of("/t"))));
    }

    @Test
    void hasPresets() {
        S3Options r2 = parse("s3://bucket/p?provider=r2&account=abc", Map.of());
        assertThat(r2.endpoint()).contains(URI.create("https://abc.r2.cloudflarestorage.com"));
        assertThat(r2.region()).contains("auto");
        S3Options tigris = parse("s3://bucket/p?provider=tigris", Map.of());
        assertThat(tigris.endpoint()).contains(URI.create("https://t3.storage.dev"));
        assertThat(tigris.headers()).containsEntry("X-Tigris-Consistent", "true");
        S3Options huggingFace = parse("s3://bucket/p?provider=hugging-face&namespace=lab", Map.of());
        assertThat(huggingFace.endpoint()).contains(URI.create("https://s3.hf.co/lab"));
        assertThat(huggingFace.region()).contains("us-east-1");
        assertThat(huggingFace.isPathStyle()).isTrue();
        S3Options minio = parse("s3://bucket/p?provider=minio&endpoint=https://minio", Map.of());
        assertThat(minio.isPathStyle()).isTrue();
    }

    @Test
    void takesTheEndpointOfTheEnvironmentIfNoneIsSet() {
        Map<String, String> environment =
                Map.of("AWS_ENDPOINT_URL", "https://any", "AWS_ENDPOINT_URL_S3", "https://s3");

        assertThat(S3Settings.parse("s3://bucket/p", Map.of(), environment)
                        .build()
                        .endpoint())
                .contains(URI.create("https://s3"));
        assertThat(S3Settings.parse("s3://bucket/p?endpoint=https://mine", Map.of(), environment)
                        .build()
                        .endpoint())
                .contains(URI.create("https://mine"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "s3://bucket/p?secret-key=hush|Invalid option 'secret-key' in a location",
                "s3://bucket/p?access-key=x|Missing option 'secret-key'",
                "s3://bucket/p?checksum=md5|crc32, crc32c, sha1, sha256 or none",
                "s3://bucket/p?provider=gcs|aws, r2, tigris, hugging-face or minio",
                "s3://bucket/p?provider=r2|Missing option 'account'",
                "s3://bucket/p?provider=hugging-face|Missing option 'namespace'",
                "s3://b_/p|Invalid bucket",
                "s3:bucket|s3://BUCKET/PREFIX is needed"
            })
    void saysWhatIsWrong(String location, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> parse(location, Map.of()))
                .withMessageContaining(message)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
    }
}
