package io.icestream.gcs;

import io.icestream.engine.storage.cloud.CloudServerContract;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.storage.cloud.Transfers;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** {@code ICESTREAM_TEST_GCS} is a location such as {@code gs://bucket/prefix?endpoint=…}. */
@Tag("gcs-server")
class GcsServerTest extends CloudServerContract {
    private final GcsOptions options = GcsSettings.parse(location("ICESTREAM_TEST_GCS"), Map.of(), System.getenv())
            .build();

    @Override
    protected CloudStorage open(Transfers transfers) {
        GcsLocation place = new GcsLocation(options.location().bucket(), new KeyPrefix(prefix));
        return GcsStorage.open(options.toBuilder()
                .location(place)
                .requests(options.requests().toBuilder().transfers(transfers).build())
                .build());
    }
}
