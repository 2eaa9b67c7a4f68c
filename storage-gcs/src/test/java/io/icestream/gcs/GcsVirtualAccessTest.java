package io.icestream.gcs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.testing.GcsTestServer;
import io.icestream.engine.virtual.CloudVirtualContract;
import io.icestream.engine.virtual.VirtualAccess;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Virtual chunks in Google Cloud Storage. */
class GcsVirtualAccessTest extends CloudVirtualContract<GcsTestServer> {
    GcsVirtualAccessTest() {
        super(new GcsFixture(), "gs://bucket/a/", "1");
    }

    @Override
    protected VirtualAccess access(GcsTestServer server) {
        return new GcsVirtualAccess(GcsFixture.options(server).build());
    }

    @Override
    protected ContainerStore store(SortedMap<String, String> settings) {
        return new ContainerStore.Gcs(settings);
    }

    @Test
    void takesNoSettingFromTheRepositoryButThatNobodyIsToSign() {
        GcsVirtualAccess access = GcsVirtualAccess.as(new GcsCredentials.Bearer("t"));

        assertRefused(store("google_base_url", "https://elsewhere"), access, "has the setting 'google_base_url'");
    }

    /** The reference client takes the tag from the XML interface. */
    @Test
    void aTagThatIsNoGenerationIsComparedWithTheChecksumAndTheTagOfTheObject() {
        assertTagged("781e5e245d69b566979b86e28d23f2c7");
        assertTagged("\"781e5e245d69b566979b86e28d23f2c7\"");
        assertTagged("\"tag-1700000000000001\"");
        assertStale("881e5e245d69b566979b86e28d23f2c7");
        assertStale("\"tag-2\"");
    }

    @Test
    void whoeverOpensSaysWhoAsks() {
        assertReadable(store("skip_signature", "true"));
    }

    @Test
    void isFoundByTheSchemeOfAPrefix() {
        assertThat(provider("gcs").access("gcs://bucket/a/?anonymous", Map.of()))
                .isInstanceOfSatisfying(
                        GcsVirtualAccess.class,
                        access -> assertThat(access.options().credentials()).isEqualTo(new GcsCredentials.Anonymous()));
        assertThatThrownBy(() -> provider("gcs").access("gs://bucket/?bearer-token=secret", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("secret");
    }
}
