package io.icestream.ingest.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BusyAssemblersTest {

    private final BusyAssemblers busy = new BusyAssemblers();

    @Test
    void theLastOfAThreadToAnswerIsTold() {
        busy.begin(0);
        busy.begin(1);
        assertThat(busy.end(0)).isFalse();
        assertThat(busy.end(1)).isTrue();
    }

    @Test
    void aPartitionThatBeginsTwiceEndsOnce() {
        busy.begin(0);
        busy.begin(0);
        assertThat(busy.end(0)).isTrue();
        assertThat(busy.end(0)).isTrue();
    }

    @Test
    void threadsDoNotWaitForEachOther() {
        busy.begin(0);
        boolean other = CompletableFuture.supplyAsync(() -> {
                    busy.begin(1);
                    return busy.end(1);
                })
                .join();
        assertThat(other).isTrue();
        assertThat(busy.end(0)).isTrue();
    }
}
