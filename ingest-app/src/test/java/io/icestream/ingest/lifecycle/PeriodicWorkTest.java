package io.icestream.ingest.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.ingest.topology.IngestListener;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Failures that pass are nobody's business; those that last are told of. */
class PeriodicWorkTest {

    private final List<String> told = new ArrayList<>();
    private Instant now = Instant.EPOCH;
    private boolean isBroken = true;
    private final PeriodicWork work = new PeriodicWork("the upkeep of the topics", this::work, new Told(), () -> now);

    private final class Told implements IngestListener {
        @Override
        public void waiting(String what) {
            told.add("waiting: " + what);
        }

        @Override
        public void resumed(String what) {
            told.add("resumed: " + what);
        }
    }

    private void work() {
        if (isBroken) {
            throw new IllegalStateException("no broker answers");
        }
    }

    @AfterEach
    void close() {
        work.close();
    }

    @Test
    void aFailureThatPassesIsNotToldOf() {
        work.run();
        now = now.plusSeconds(14);
        work.run();

        assertThat(told).isEmpty();
    }

    @Test
    void aFailureThatLastsIsToldOfWithItsReasonAndItsEnd() {
        work.run();
        now = now.plusSeconds(15);
        work.run();
        isBroken = false;
        work.run();

        assertThat(told)
                .containsExactly(
                        "waiting: the upkeep of the topics: IllegalStateException: no broker answers",
                        "resumed: the upkeep of the topics");
    }

    @Test
    void onlyFailuresOneAfterTheOtherCount() {
        work.run();
        now = now.plusSeconds(10);
        isBroken = false;
        work.run();
        told.clear();
        now = now.plusSeconds(10);
        isBroken = true;
        work.run();

        assertThat(told).isEmpty();
    }

    @Test
    void goesOnAfterFailures() throws InterruptedException {
        CountDownLatch third = new CountDownLatch(3);
        AtomicInteger times = new AtomicInteger();
        Runnable counted = () -> {
            third.countDown();
            throw new IllegalStateException("time " + times.incrementAndGet());
        };

        try (PeriodicWork repeated = new PeriodicWork("the count", counted, new Told(), () -> now)) {
            repeated.start(Duration.ZERO, Duration.ofMillis(1));

            assertThat(third.await(30, TimeUnit.SECONDS)).isTrue();
        }
    }
}
