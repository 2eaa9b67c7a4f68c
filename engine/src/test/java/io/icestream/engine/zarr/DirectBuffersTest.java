package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Buffers are handed out again, to one user at a time, and what is idle stays within its bound. */
class DirectBuffersTest {
    private static final int MIB = 1 << 20;
    private static final int MARKED_BYTES = 8_000;

    @Test
    void handsOutTheOneThatWasGivenBackLast() {
        DirectBuffers buffers = new DirectBuffers(8 * MIB);
        ByteBuffer first = buffers.take(MIB);
        ByteBuffer second = buffers.take(MIB);
        buffers.giveBack(first);
        buffers.giveBack(second);

        assertThat(buffers.take(MIB)).isSameAs(second);
        assertThat(buffers.take(MIB - 5)).isSameAs(first);
        assertThat(buffers.take(MIB)).isNotSameAs(first).isNotSameAs(second);
    }

    @Test
    void aBufferIsLargeEnoughAndNotMuchLarger() {
        DirectBuffers buffers = new DirectBuffers(64 * MIB);
        for (int size : new int[] {0, 1, 1000, 1 << 16, (1 << 16) + 1, MIB, MIB + 4097, 5 * MIB, 16 * MIB, 17 * MIB}) {
            ByteBuffer buffer = buffers.take(size);

            assertThat(buffer.isDirect()).isTrue();
            assertThat(buffer.capacity()).isBetween(size, size + (1 << 16));
            buffers.giveBack(buffer);
        }

        assertThat(buffers.take(10 * MIB).capacity())
                .as("16 MiB is not twice that")
                .isEqualTo(16 * MIB);
        assertThat(buffers.take(2 * MIB).capacity()).as("5 MiB is too much").isEqualTo(2 * MIB);
    }

    @Test
    void keepsNoMoreThanItsBoundAndDropsTheOldest() {
        DirectBuffers buffers = new DirectBuffers(2 * MIB);
        List<ByteBuffer> taken = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            taken.add(buffers.take(MIB));
        }
        taken.forEach(buffers::giveBack);

        assertThat(buffers.take(MIB)).isSameAs(taken.get(2));
        assertThat(buffers.take(MIB)).isSameAs(taken.get(1));
        assertThat(buffers.take(MIB)).isNotSameAs(taken.get(0));
    }

    @Test
    void doesNotKeepVeryLargeOnes() {
        DirectBuffers buffers = new DirectBuffers(1L << 30);
        ByteBuffer large = buffers.take(DirectBuffers.LARGEST_KEPT_BYTES + 1);
        buffers.giveBack(large);

        assertThat(buffers.take(DirectBuffers.LARGEST_KEPT_BYTES + 1)).isNotSameAs(large);
    }

    /** Each user marks his buffer and finds his mark again; two users of one buffer would find the other's. */
    @Test
    void nobodySharesABuffer() throws Exception {
        DirectBuffers buffers = new DirectBuffers(MIB);
        ExecutorService executor = Executors.newFixedThreadPool(8);
        try {
            List<Callable<Boolean>> users = new ArrayList<>();
            for (int user = 0; user < 8; user++) {
                long mark = user;
                users.add(() -> keepsItsMark(buffers, mark));
            }
            for (Future<Boolean> kept : executor.invokeAll(users)) {
                assertThat(kept.get()).isTrue();
            }
        } finally {
            executor.shutdown();
        }
    }

    private static boolean keepsItsMark(DirectBuffers buffers, long mark) {
        for (int round = 0; round < 5_000; round++) {
            ByteBuffer buffer = buffers.take(1 + (int) (mark + round) % 4 * 50_000);
            for (int at = 0; at < MARKED_BYTES; at += Long.BYTES) {
                buffer.putLong(at, mark);
            }
            boolean kept = true;
            for (int at = 0; at < MARKED_BYTES; at += Long.BYTES) {
                kept &= buffer.getLong(at) == mark;
            }
            buffers.giveBack(buffer);
            if (!kept) {
                return false;
            }
        }
        return true;
    }
}
