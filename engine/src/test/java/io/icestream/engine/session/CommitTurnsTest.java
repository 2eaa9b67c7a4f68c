package io.icestream.engine.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.observe.Observer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns of threads: one at a time for a branch, none for ever. */
@Timeout(60)
class CommitTurnsTest {
    private static final Duration LONG = Duration.ofDays(1);

    private final Object place = new Object();
    private final CommitTurns turns = new CommitTurns(place, Observer.NONE, LONG);

    @Test
    void ofOneBranchOnlyOneThreadHasATurnAndAllGetOne() {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> threads = IntStream.range(0, 4)
                .mapToObj(thread -> CompletableFuture.runAsync(
                        () -> {
                            for (int i = 0; i < 50; i++) {
                                try (CommitTurns.Turn turn = new CommitTurns(place, Observer.NONE, LONG).take("main")) {
                                    order.add(thread);
                                    LockSupport.parkNanos(1_000);
                                    order.add(thread);
                                    assertThat(turn.held()).isTrue();
                                }
                            }
                        },
                        task -> new Thread(task).start()))
                .toList();
        threads.forEach(thread -> thread.orTimeout(30, TimeUnit.SECONDS).join());

        assertThat(order).hasSize(400);
        for (int i = 0; i < order.size(); i += 2) {
            assertThat(order.get(i)).as("entry %s", i).isEqualTo(order.get(i + 1));
        }
    }

    @Test
    void aThreadThatHasATurnGetsAnotherOneAtOnce() {
        try (CommitTurns.Turn first = turns.take("main");
                CommitTurns.Turn second = turns.take("main")) {
            assertThat(first.held()).isTrue();
            assertThat(second.held()).isTrue();
            assertThat(second.waited()).isFalse();
        }
    }

    @Test
    void otherBranchesAndOtherPlacesDoNotWait() {
        CommitTurns elsewhere = new CommitTurns(new Object(), Observer.NONE, LONG);
        try (CommitTurns.Turn first = turns.take("main")) {
            assertThat(first.held()).isTrue();
            assertThat(CompletableFuture.supplyAsync(() -> waited(turns, "dev")).join())
                    .isFalse();
            assertThat(CompletableFuture.supplyAsync(() -> waited(elsewhere, "main"))
                            .join())
                    .isFalse();
        }
    }

    @Test
    void whoHasWaitedForTooLongGoesOnWithoutATurn() {
        CommitTurns impatient = new CommitTurns(place, Observer.NONE, Duration.ofMillis(10));
        try (CommitTurns.Turn first = turns.take("main")) {
            assertThat(first.held()).isTrue();
            assertThat(CompletableFuture.supplyAsync(() -> held(impatient)).join())
                    .isFalse();
        }
        assertThat(held(impatient)).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitingAndIsKept() throws InterruptedException {
        CountDownLatch began = new CountDownLatch(1);
        CompletableFuture<Boolean> keptInterrupt = new CompletableFuture<>();
        try (CommitTurns.Turn first = turns.take("main")) {
            assertThat(first.held()).isTrue();
            Thread waiting = new Thread(() -> {
                began.countDown();
                try (CommitTurns.Turn turn = turns.take("main")) {
                    keptInterrupt.complete(
                            !turn.held() && Thread.currentThread().isInterrupted());
                }
            });
            waiting.start();
            began.await();
            waiting.interrupt();
            assertThat(keptInterrupt.orTimeout(30, TimeUnit.SECONDS).join()).isTrue();
        }
    }

    private static boolean waited(CommitTurns turns, String branch) {
        try (CommitTurns.Turn turn = turns.take(branch)) {
            return turn.waited();
        }
    }

    private static boolean held(CommitTurns turns) {
        try (CommitTurns.Turn turn = turns.take("main")) {
            return turn.held();
        }
    }
}
