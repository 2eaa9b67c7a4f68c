package io.icestream.gcs;

import io.icestream.engine.storage.cloud.AccessToken;
import io.icestream.engine.storage.cloud.CloudFixture;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.RequestOptions;
import io.icestream.engine.testing.CloudTestServer;
import io.icestream.engine.testing.GcsTestServer;
import java.util.function.Supplier;

/** Google Cloud Storage as the tests need it. */
record GcsFixture() implements CloudFixture<GcsTestServer> {
    static GcsOptions.Builder options(CloudTestServer server) {
        return GcsOptions.at(GcsLocation.parse("gs://bucket/some/prefix"))
                .endpoint(server.endpoint())
                .allowHttp()
                .credentials(new GcsCredentials.Bearer("test-token"))
                .requests(CloudFixture.options().build());
    }

    @Override
    public GcsTestServer startServer() {
        return GcsTestServer.start();
    }

    @Override
    public CloudStorage open(GcsTestServer server, String bucket, String prefix, RequestOptions requests) {
        return GcsStorage.open(options(server)
                .location(GcsLocation.parse("gs://" + bucket + "/" + prefix))
                .requests(requests)
                .build());
    }

    @Override
    public CloudStorage openWithTokens(GcsTestServer server, RequestOptions requests, Supplier<AccessToken> tokens) {
        return GcsStorage.open(options(server)
                .requests(requests)
                .credentials(new GcsCredentials.Refreshed(tokens))
                .build());
    }
}
