package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.S3TestServer;
import io.icestream.engine.testing.StorageContract;
import org.junit.jupiter.api.AfterEach;

/** The contract of all storages, against a server in this process. */
class S3StorageTest extends StorageContract {
    private final S3TestServer server = S3TestServer.start("bucket");

    @Override
    protected Storage createEmptyStorage() {
        return S3Storage.open(S3Fixture.options(server).build());
    }

    @Override
    protected boolean equalBytesHaveEqualVersions() {
        return true;
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
