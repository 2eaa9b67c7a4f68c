package io.icestream.engine.storage.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.engine.testing.S3TestServer;
import java.nio.ByteBuffer;
import java.time.Duration;

/** What the tests of the S3 store share. */
final class S3Fixture {
    private S3Fixture() {}

    /** Options for a server in this process that let no time pass between attempts. */
    static S3Options.Builder options(S3TestServer server) {
        return S3Options.minio(server.endpoint(), S3Location.parse("s3://bucket/some/prefix"))
                .allowHttp()
                .credentials(new S3Credentials.Keys(S3TestServer.ACCESS_KEY, S3TestServer.SECRET_KEY))
                .retries(new S3Retries(4, Duration.ofMillis(1), Duration.ofMillis(4)))
                .sleeper(duration -> {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                });
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    static String text(ByteBuffer bytes) {
        return UTF_8.decode(bytes.duplicate()).toString();
    }
}
