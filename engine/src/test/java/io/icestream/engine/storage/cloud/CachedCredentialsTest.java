package io.icestream.engine.storage.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tokens and keys with an end. */
class CachedCredentialsTest {
    @Test
    void isFetchedAnewBeforeItExpires() {
        Instant start = Instant.parse("2026-11-21T00:00:00Z");
        Instant[] now = {start};
        AtomicInteger fetched = new AtomicInteger();
        CachedCredentials<AccessToken> token = new CachedCredentials<>(
                () -> {
                    int number = fetched.incrementAndGet();
                    return new AccessToken("token-" + number, start.plus(Duration.ofHours(number)));
                },
                AccessToken::expiresAt,
                () -> now[0]);

        assertThat(token.current().text()).isEqualTo("token-1");
        now[0] = start.plus(Duration.ofMinutes(58));
        assertThat(token.current().text()).isEqualTo("token-1");
        now[0] = start.plus(Duration.ofMinutes(59));
        assertThat(token.current().text()).isEqualTo("token-2");
        token.forget();
        assertThat(token.current().text()).isEqualTo("token-3");
    }

    @Test
    void isNotShown() {
        assertThat(new AccessToken("hush", Instant.EPOCH).toString()).doesNotContain("hush");
    }
}
