package io.icestream.azure;

import io.icestream.cloud.AccessToken;
import io.icestream.cloud.CloudFixture;
import io.icestream.cloud.CloudStorage;
import io.icestream.cloud.RequestOptions;
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
    public CloudStorage open(AzureTestServer server, RequestOptions requests) {
        return AzureStorage.open(options(server).requests(requests).build());
    }

    @Override
    public CloudStorage openAbsentBucket(AzureTestServer server, RequestOptions requests) {
        return AzureStorage.open(options(server)
                .requests(requests)
                .location(AzureLocation.parse("az://account/nowhere/p"))
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
