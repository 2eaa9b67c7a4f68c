package io.icestream.ingest.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.ingest.protocol.Ledger;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whole ingests: real broker, real registry, real repository in memory. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(120)
class IngestApplicationTest {

    private LocalBroker broker;
    private RegistryServer registry;
    private Path folder;

    @BeforeAll
    void startBroker(@TempDir Path shared) {
        folder = shared;
        broker = LocalBroker.start(shared.resolve("broker"));
        registry = RegistryServer.start();
    }

    @AfterAll
    void stopBroker() {
        registry.close();
        broker.close();
    }

    private RunningIngest ingest(String name) throws Exception {
        return new RunningIngest(broker, registry, folder, name);
    }

    @Test
    void aBoundedRunClosesEveryWindowAndDayAndEnds() throws Exception {
        try (RunningIngest ingest = ingest("bounded")) {
            ingest.produce(0, 0, "A", 1)
                    .produce(1, 30, "B", 2)
                    .produce(0, 24 * 60 + 5, "C", 3)
                    .flush();
            RunSummary summary = ingest.start("one", RunOptions.TO_END).awaitEnd();
            assertThat(summary.halted()).isEmpty();
            Ledger ledger = summary.ledger().orElseThrow();
            assertThat(ledger.closed()).isEqualTo(48);
            assertThat(ledger.isBalanced()).isTrue();
            assertThat(ingest.repository().tags().keySet()).containsExactly("daily-2026-01-01", "daily-2026-01-02");
            assertThat(ingest.at(0, "A")).isEqualTo(1);
            assertThat(ingest.at(20, "B")).isEqualTo(2);
            assertThat(ingest.at(24 * 60, "C")).isEqualTo(3);
        }
    }
}
