package io.icestream.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.testing.AzureTestServer;
import io.icestream.engine.virtual.CloudVirtualContract;
import io.icestream.engine.virtual.VirtualAccess;
import java.util.Map;
import java.util.SortedMap;
import org.junit.jupiter.api.Test;

/** Virtual chunks in Azure Blob storage. */
class AzureVirtualAccessTest extends CloudVirtualContract<AzureTestServer> {
    AzureVirtualAccessTest() {
        super(new AzureFixture(), "az://bucket/a/", "0x1");
    }

    @Override
    protected VirtualAccess access(AzureTestServer server) {
        return new AzureVirtualAccess(AzureFixture.options(server).build());
    }

    @Override
    protected ContainerStore store(SortedMap<String, String> settings) {
        return new ContainerStore.Azure(settings);
    }

    @Test
    void takesNoSettingFromTheRepositoryButThatNobodyIsToSign() {
        AzureVirtualAccess access = AzureVirtualAccess.of("account", new AzureCredentials.Bearer("t"));

        assertRefused(store("account", "stranger"), access, "names the account 'stranger', which is not 'account'");
        assertRefused(
                store("azure_storage_endpoint", "https://elsewhere"),
                access,
                "has the setting 'azure_storage_endpoint'");
    }

    @Test
    void readsWhereTheContainerNamesTheSameAccount() {
        assertReadable(store("account", "account"));
    }

    @Test
    void isFoundByTheSchemeOfAPrefix() {
        assertThat(provider("azure").access("azure://container/a/?anonymous&account=name", Map.of()))
                .isInstanceOfSatisfying(AzureVirtualAccess.class, access -> {
                    assertThat(access.options().credentials()).isEqualTo(new AzureCredentials.Anonymous());
                    assertThat(access.options().location().account()).isEqualTo("name");
                });
        assertThatThrownBy(() -> provider("azure").access("az://bucket/a/", Map.of()))
                .hasMessageContaining("az://CONTAINER/?account=NAME is needed");
        assertThatThrownBy(() -> provider("azure").access("az://container/?account=name&account-key=secret", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("=secret");
    }
}
