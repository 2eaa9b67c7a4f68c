package io.icestream.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads share an fsync that begins after their change, and its failure; none is content with one that began before. */
class DirectoryForcerTest {
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final BlockingFiles files = new BlockingFiles();
    private final DirectoryForcer forcer = new DirectoryForcer(Path.of("folder"), files);

    @AfterEach
    void stopExecutor() {
        executor.shutdownNow();
    }

    @Test
    void eachForceAfterAnotherIsAnFsync() throws Exception {
        files.release.countDown();
        forcer.force();
        forcer.force();

        assertThat(files.forced).hasValue(2);
    }

    @Test
    void thoseWhoWaitShareTheNextFsync() throws Exception {
        CompletableFuture<Void> first = forceElsewhere();
        files.begun.await();
        List<CompletableFuture<Void>> waiting = forceElsewhere(5);

        files.release.countDown();
        first.join();
        waiting.forEach(CompletableFuture::join);

        assertThat(files.forced).hasValue(2);
    }

    @Test
    void aFailureIsOneForAllWhomTheFsyncCovered() throws Exception {
        CompletableFuture<Void> first = forceElsewhere();
        files.begun.await();
        List<CompletableFuture<Void>> waiting = forceElsewhere(3);
        files.failFrom = 2;

        files.release.countDown();
        first.join();
        for (CompletableFuture<Void> other : waiting) {
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(other::join)
                    .withStackTraceContaining("fsync");
        }
        assertThat(files.forced).hasValue(2);

        files.failFrom = Integer.MAX_VALUE;
        forcer.force();
        assertThat(files.forced).hasValue(3);
    }

    private List<CompletableFuture<Void>> forceElsewhere(int threads) {
        List<CompletableFuture<Void>> futures = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            futures.add(forceElsewhere());
        }
        while (forcer.waiting() < threads) {
            LockSupport.parkNanos(100_000);
        }
        return futures;
    }

    private CompletableFuture<Void> forceElsewhere() {
        return CompletableFuture.runAsync(
                () -> {
                    try {
                        forcer.force();
                    } catch (IOException e) {
                        throw new CompletionException(e);
                    }
                },
                executor);
    }

    /** Lets the first fsync take until the test releases it. */
    private static final class BlockingFiles extends LocalFiles {
        final AtomicInteger forced = new AtomicInteger();
        final CountDownLatch begun = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);
        volatile int failFrom = Integer.MAX_VALUE;

        @Override
        void forceDirectory(Path directory) throws IOException {
            int number = forced.incrementAndGet();
            begun.countDown();
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (number >= failFrom) {
                throw new IOException("fsync: Input/output error");
            }
        }
    }
}
