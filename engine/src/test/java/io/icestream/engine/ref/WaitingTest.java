package io.icestream.engine.ref;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.IcestreamException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Waits between attempts, and times that only go forward. */
class WaitingTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123456789Z");

    @Test
    void waitsAreSpreadBelowACeilingThatDoublesUpToABound() {
        List<Duration> waits = new ArrayList<>();
        Backoff backoff = new Backoff(waits::add, new Random(7), Duration.ofMillis(2), Duration.ofMillis(100));
        for (int failures = 1; failures <= 100; failures++) {
            backoff.pause(failures);
        }
        for (int i = 0; i < waits.size(); i++) {
            long ceiling = Math.min(100, 2L << Math.min(i, 30));
            assertThat(waits.get(i)).isBetween(Duration.ZERO, Duration.ofMillis(ceiling));
        }
        assertThat(waits.subList(10, 100)).anyMatch(wait -> wait.compareTo(Duration.ofMillis(80)) > 0);
        assertThat(waits.subList(10, 100)).anyMatch(wait -> wait.compareTo(Duration.ofMillis(20)) < 0);
    }

    @Test
    void anInterruptEndsTheWaitAndIsKept() {
        Backoff backoff = new Backoff(Waiter.sleeping(), new Random(7), Duration.ofDays(1), Duration.ofDays(1));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> backoff.pause(1)).isInstanceOf(IcestreamException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void timesAreTheClocksUnlessItIsBehind() {
        Instant micros = Instant.parse("2026-11-21T12:00:00.123456Z");
        assertThat(MonotonicTime.after(NOW, NOW.minusSeconds(1), "x")).isEqualTo(micros);
        assertThat(MonotonicTime.after(NOW, micros, "x")).isEqualTo(micros.plusNanos(1000));
        Instant ahead = micros.plusSeconds(599);
        assertThat(MonotonicTime.after(NOW, ahead, "x")).isEqualTo(ahead.plusNanos(1000));
    }

    @Test
    void aClockThatIsFarBehindIsRefused() {
        assertThatThrownBy(() -> MonotonicTime.after(NOW, NOW.plusSeconds(601), "the last change"))
                .isInstanceOf(ClockSkewException.class)
                .hasMessageContaining("the last change carries the time")
                .hasMessageContaining("more than 10 minutes later");
    }
}
