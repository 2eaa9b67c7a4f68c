package io.icestream.engine.storage.http;

import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.HttpTestServer;
import io.icestream.engine.testing.StorageReadContract;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;

/** The contract of all stores, as far as it is about reading, on a web server. */
class HttpStorageTest extends StorageReadContract {
    private final HttpTestServer server = HttpTestServer.start();

    @AfterEach
    void stop() {
        server.close();
    }

    @Override
    protected Storage createEmptyStorage() {
        return HttpStorage.open(server.url() + "/data/set/", HttpOptions.defaults());
    }

    @Override
    protected void place(String key, ByteBuffer content) {
        server.put("/data/set/" + key, array(content));
    }

    static byte[] array(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }
}
