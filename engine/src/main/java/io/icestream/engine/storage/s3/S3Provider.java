package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import java.util.List;
import java.util.Map;

/** Opens {@code s3://bucket/prefix} with the settings of {@link S3Settings}. */
public final class S3Provider implements StorageProvider {
    /** Called by the service loader. */
    public S3Provider() {}

    @Override
    public List<String> schemes() {
        return List.of("s3");
    }

    @Override
    public String form() {
        return "s3://BUCKET/PREFIX";
    }

    @Override
    public List<String> settings() {
        return S3Settings.NAMES;
    }

    @Override
    public Storage open(String location, Map<String, String> settings, Map<String, String> environment) {
        return S3Storage.open(S3Settings.parse(location, settings, environment).build());
    }
}
