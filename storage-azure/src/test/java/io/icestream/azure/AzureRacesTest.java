package io.icestream.azure;

import io.icestream.engine.storage.cloud.CloudRacesContract;
import io.icestream.engine.testing.AzureTestServer;

/** Races on a server that loses requests and replies. */
class AzureRacesTest extends CloudRacesContract<AzureTestServer> {
    AzureRacesTest() {
        super(new AzureFixture());
    }
}
