package io.icestream.engine.storage.http;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import java.util.List;
import java.util.Map;

/** Opens {@code https://host/path} to read only. It takes no settings; a query belongs to the address. */
public final class HttpProvider implements StorageProvider {
    /** Called by the service loader. */
    public HttpProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("https", "http");
    }

    @Override
    public String form() {
        return "https://HOST/PATH";
    }

    @Override
    public List<String> settings() {
        return List.of();
    }

    @Override
    public Storage open(String location, Map<String, String> settings, Map<String, String> environment) {
        return HttpStorage.open(location, HttpOptions.defaults());
    }
}
