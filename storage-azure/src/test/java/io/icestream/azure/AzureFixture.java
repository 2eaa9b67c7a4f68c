package io.icestream.azure;

import io.icestream.engine.storage.cloud.AccessToken;
import io.icestream.engine.storage.cloud.CloudFixture;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.RequestOptions;
import io.icestream.engine.testing.AzureTestServer;
import java.util.function.Supplier;

/** Azure Blob as the tests need it. */
record AzureFixture() implements CloudFixture<AzureTestServer> {
    static AzureOptions.Builder options(AzureTestServer server) {
        return AzureOptions.at(AzureLocation.parse("az://account/bucket/some/prefix"))
                .endpoint(server.accountEndpoint())
                .allowHttp()
                .credentials(new AzureCredentials.AccountKey(AzureTestServer.KEY))
                .requests(CloudFixture.options().build());
    }

    @Override
    public AzureTestServer startServer() {
        return AzureTestServer.start();
    }

    @Override
    public CloudStorage open(AzureTestServer server, String bucket, String prefix, RequestOptions requests) {
        return AzureStorage.open(options(server)
                .location(AzureLocation.parse("az://account/" + bucket + "/" + prefix))
                .requests(requests)
                .build());
    }

    @Override
    public CloudStorage openWithTokens(AzureTestServer server, RequestOptions requests, Supplier<AccessToken> tokens) {
        return AzureStorage.open(options(server)
                .requests(requests)
                .credentials(new AzureCredentials.Refreshed(tokens))
                .build());
    }
}
