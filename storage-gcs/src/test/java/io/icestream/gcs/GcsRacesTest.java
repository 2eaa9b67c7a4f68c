package io.icestream.gcs;

import io.icestream.engine.storage.cloud.CloudRacesContract;
import io.icestream.engine.testing.GcsTestServer;

/** Races on a server that loses requests and replies. */
class GcsRacesTest extends CloudRacesContract<GcsTestServer> {
    GcsRacesTest() {
        super(new GcsFixture());
    }
}
