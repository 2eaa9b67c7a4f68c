package io.icestream.engine.virtual;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The forms in which locations are stored; the reference stores the same. */
class LocationNamesTest {
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "S3://Bucket/Key//.., s3://Bucket/Key//..",
                "s3://b/a%20b/%2e%2e/c?versionId=7#x, s3://b/a%20b/%2e%2e/c?versionId=7#x",
                "https://user:pass@host.com:8443/a//b/../c.bin?v=42#f, https://user:pass@host.com:8443/a//b/../c.bin?v=42#f",
                "vcc://name/a//b/../c, vcc://name/a//b/../c",
                "FILE:///tmp/v/a/../b.bin, file:///tmp/v/b.bin",
                "file:///a/b/../c, file:///a/c",
                "file:///authorized/%2e%2E/secret, file:///secret",
                "file:///../../x, file:///x",
                "file:///a/./b/., file:///a/b/",
                "file:///a/b/.., file:///a/",
                "file:/x, file:///x",
                "file://localhost/x, file:///x",
                "file:///a\\..\\b, file:///b",
                "file:///a b/\u00e9, file:///a%20b/%C3%A9",
                "file:///a%2Fb%20c, file:///a%2Fb%20c",
                "file:///x.bin?q=1#f, file:///x.bin?q=1#f",
                "file:///a//b, file:///a//b"
            })
    void areKeptButForTheSchemeAndFiles(String given, String stored) {
        assertThat(LocationNames.stored(given)).isEqualTo(stored);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "relative",
                "some/relative/url",
                "/absolute",
                "mailto:x",
                "s3:/x/y",
                "s3://",
                "s3:///x",
                "vcc://",
                "vcc:///x",
                "://x",
                "1s://x"
            })
    void refuseWhatIsNoUrl(String given) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LocationNames.stored(given))
                .withMessageContaining("Invalid location '" + given + "'");
    }

    @Test
    void areMadeRelativeToAContainer() {
        assertThat(LocationNames.relative("runs", "/2026//a.nc/")).isEqualTo("vcc://runs/2026/a.nc");
        assertThat(LocationNames.relative("runs", "")).isEqualTo("vcc://runs");
        assertThatIllegalArgumentException().isThrownBy(() -> LocationNames.relative("", "a"));
        assertThatIllegalArgumentException().isThrownBy(() -> LocationNames.relative("a/b", "a"));
    }
}
