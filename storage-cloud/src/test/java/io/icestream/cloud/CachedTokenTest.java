package io.icestream.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Tokens with an end. */
class CachedTokenTest {
    @Test
    void isFetchedAnewBeforeItExpires() {
        Instant start = Instant.parse("2026-11-21T00:00:00Z");
        Instant[] now = {start};
        AtomicInteger fetched = new AtomicInteger();
        CachedToken token = new CachedToken(
                () -> {
                    int number = fetched.incrementAndGet();
                    return new AccessToken("token-" + number, start.plus(Duration.ofHours(number)));
                },
                () -> now[0]);

        assertThat(token.text()).isEqualTo("token-1");
        now[0] = start.plus(Duration.ofMinutes(58));
        assertThat(token.text()).isEqualTo("token-1");
        now[0] = start.plus(Duration.ofMinutes(59));
        assertThat(token.text()).isEqualTo("token-2");
        token.forget();
        assertThat(token.text()).isEqualTo("token-3");
    }

    @Test
    void isNotShown() {
        assertThat(new AccessToken("hush", Instant.EPOCH).toString()).doesNotContain("hush");
    }
}
