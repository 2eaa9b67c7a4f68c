package io.icestream.engine.storage.http;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import java.util.List;
import java.util.Map;

/** Opens {@code redirect+https://host/path}, to read only what that address leads to. It takes no settings. */
public final class RedirectProvider implements StorageProvider {
    private static final String PREFIX = "redirect+";

    /** Called by the service loader. */
    public RedirectProvider() {}

    @Override
    public List<String> schemes() {
        return List.of(PREFIX + "https", PREFIX + "http");
    }

    @Override
    public String form() {
        return "redirect+https://HOST/PATH";
    }

    @Override
    public List<String> settings() {
        return List.of();
    }

    @Override
    public Storage open(String location, Map<String, String> settings, Map<String, String> environment) {
        return RedirectStorage.open(location.substring(PREFIX.length()), HttpOptions.defaults(), Map.of());
    }
}
