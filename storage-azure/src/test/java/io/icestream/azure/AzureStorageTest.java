package io.icestream.azure;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.AzureTestServer;
import io.icestream.engine.testing.StorageContract;
import org.junit.jupiter.api.AfterEach;

/** The contract of all storages, against a server in this process. */
class AzureStorageTest extends StorageContract {
    private final AzureTestServer server = AzureTestServer.start();

    @Override
    protected Storage createEmptyStorage() {
        return AzureStorage.open(AzureFixture.options(server).build());
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
