package io.icestream.gcs;

import io.icestream.engine.virtual.VirtualAccess;
import io.icestream.engine.virtual.VirtualAccessProvider;
import java.util.List;
import java.util.Map;

/** Authorises {@code gs://bucket/prefix/} with the settings of {@link GcsSettings} in its query. */
public final class GcsVirtualAccessProvider implements VirtualAccessProvider {
    /** Called by the service loader. */
    public GcsVirtualAccessProvider() {}

    @Override
    public List<String> schemes() {
        return List.of("gs", "gcs");
    }

    @Override
    public String form() {
        return "gs://BUCKET/";
    }

    @Override
    public VirtualAccess access(String prefix, Map<String, String> environment) {
        String location = prefix.replaceFirst("^[^:]*", "gs");
        return new GcsVirtualAccess(
                GcsSettings.parse(location, Map.of(), environment).build());
    }
}
