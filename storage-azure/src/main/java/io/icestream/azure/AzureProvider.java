package io.icestream.azure;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import java.util.List;
import java.util.Map;

/** Opens {@code az://account/container/prefix} with the settings of {@link AzureSettings}. */
public final class AzureProvider implements StorageProvider {
    /** Called by the service loader. */
    public AzureProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("az");
    }

    @Override
    public String form() {
        return "az://ACCOUNT/CONTAINER/PREFIX";
    }

    @Override
    public List<String> settings() {
        return AzureSettings.NAMES;
    }

    @Override
    public Storage open(String location, Map<String, String> settings, Map<String, String> environment) {
        return AzureStorage.open(
                AzureSettings.parse(location, settings, environment).build());
    }
}
