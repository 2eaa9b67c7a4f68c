package io.icestream.ingest.config;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How to reach the schema registry.
 *
 * @param urls base addresses, tried in order
 * @param headers HTTP headers to send, for instance {@code Authorization}; secrets
 * @param requestTimeout time that one request may take
 */
public record RegistrySettings(List<URI> urls, Map<String, String> headers, Duration requestTimeout) {

    public RegistrySettings {
        urls = List.copyOf(urls);
        headers = Map.copyOf(headers);
    }

    /** Hides the values: headers may hold secrets. */
    @Override
    public String toString() {
        return "RegistrySettings" + urls + headers.keySet();
    }
}
