package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.cloud.AccessToken;
import io.icestream.engine.storage.cloud.CloudFixture;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.cloud.RequestOptions;
import io.icestream.engine.testing.CloudTestServer;
import io.icestream.engine.testing.S3TestServer;
import java.util.Optional;
import java.util.function.Supplier;

/** S3 as the tests need it. */
record S3Fixture() implements CloudFixture<S3TestServer> {
    static S3Options.Builder options(CloudTestServer server) {
        return S3Options.minio(server.endpoint(), S3Location.parse("s3://bucket/some/prefix"))
                .allowHttp()
                .credentials(new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY))
                .requests(CloudFixture.options().build());
    }

    @Override
    public S3TestServer startServer() {
        return S3TestServer.start(CloudTestServer.BUCKET);
    }

    @Override
    public CloudStorage open(S3TestServer server, String bucket, String prefix, RequestOptions requests) {
        return S3Storage.open(options(server)
                .location(S3Location.parse("s3://" + bucket + "/" + prefix))
                .requests(requests)
                .build());
    }

    /** The tokens are the session's, which go with keys that stay the same. */
    @Override
    public CloudStorage openWithTokens(S3TestServer server, RequestOptions requests, Supplier<AccessToken> tokens) {
        return S3Storage.open(options(server)
                .requests(requests)
                .credentials(new S3Credentials.Refreshed(() -> keys(tokens.get())))
                .build());
    }

    private static S3Credentials.TemporaryKeys keys(AccessToken token) {
        return new S3Credentials.TemporaryKeys(
                new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY, Optional.of(token.text())),
                token.expiresAt());
    }
}
