package io.icestream.gcs;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.GcsTestServer;
import io.icestream.engine.testing.StorageContract;
import org.junit.jupiter.api.AfterEach;

/** The contract of all storages, against a server in this process. */
class GcsStorageTest extends StorageContract {
    private final GcsTestServer server = GcsTestServer.start();

    @Override
    protected Storage createEmptyStorage() {
        return GcsStorage.open(GcsFixture.options(server).build());
    }

    @Override
    protected int incrementsPerThread() {
        return 10;
    }

    @AfterEach
    void stopServer() {
        server.close();
    }
}
