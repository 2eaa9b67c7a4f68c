package io.icestream.gcs;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import java.util.List;
import java.util.Map;

/** Opens {@code gs://bucket/prefix} with the settings of {@link GcsSettings}. */
public final class GcsProvider implements StorageProvider {
    /** Called by the service loader. */
    public GcsProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("gs");
    }

    @Override
    public String form() {
        return "gs://BUCKET/PREFIX";
    }

    @Override
    public List<String> settings() {
        return GcsSettings.NAMES;
    }

    @Override
    public Storage open(String location, Map<String, String> settings, Map<String, String> environment) {
        return GcsStorage.open(
                GcsSettings.parse(location, settings, environment).build());
    }
}
