package io.icestream.azure;

import io.icestream.engine.storage.cloud.CloudServerContract;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.KeyPrefix;
import io.icestream.engine.storage.cloud.Transfers;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** {@code ICESTREAM_TEST_AZURE} is a location such as {@code az://account/container/prefix?endpoint=…}. */
@Tag("azure-server")
class AzureServerTest extends CloudServerContract {
    private final AzureOptions options = AzureSettings.parse(
                    location("ICESTREAM_TEST_AZURE"), Map.of(), System.getenv())
            .build();

    @Override
    protected CloudStorage open(Transfers transfers) {
        AzureLocation place = new AzureLocation(
                options.location().account(), options.location().container(), new KeyPrefix(prefix));
        return AzureStorage.open(options.toBuilder()
                .location(place)
                .requests(options.requests().toBuilder().transfers(transfers).build())
                .build());
    }
}
