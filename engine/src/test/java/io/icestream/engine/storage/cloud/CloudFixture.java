package io.icestream.engine.storage.cloud;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.testing.CloudTestServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.function.Supplier;

/**
 * A kind of store as the tests need it.
 *
 * @param <S> its server in this process
 */
public interface CloudFixture<S extends CloudTestServer> {
    /** Starts a server. */
    S startServer();

    /** Opens a prefix, which may end with a slash, in a bucket, with credentials that stay the same. */
    CloudStorage open(S server, String bucket, String prefix, RequestOptions options);

    /** Opens {@code some/prefix} in the bucket that is there. */
    default CloudStorage open(S server, RequestOptions options) {
        return open(server, CloudTestServer.BUCKET, "some/prefix", options);
    }

    /** Opens it with tokens of the caller's own. */
    CloudStorage openWithTokens(S server, RequestOptions options, Supplier<AccessToken> tokens);

    /** Options that let no time pass between attempts. */
    static RequestOptions.Builder options() {
        return RequestOptions.builder()
                .retries(new Retries(4, Duration.ofMillis(1), Duration.ofMillis(4)))
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

    static ByteBuffer random(int size) {
        byte[] bytes = new byte[size];
        new Random(7).nextBytes(bytes);
        return ByteBuffer.wrap(bytes);
    }

    /** That an object is in a version. */
    static ReadCondition is(ObjectVersion version) {
        return new ReadCondition.EntityTag(version.token());
    }

    static ObjectVersion written(PutOutcome outcome) {
        assertThat(outcome).isInstanceOf(PutOutcome.Written.class);
        return ((PutOutcome.Written) outcome).version();
    }
}
