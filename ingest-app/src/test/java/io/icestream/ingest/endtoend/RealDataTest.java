package io.icestream.ingest.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.broker.LocalBroker;
import io.icestream.broker.RegistryServer;
import io.icestream.engine.testing.UsesShared;
import io.icestream.ingest.lifecycle.RunSummary;
import io.icestream.ingest.protocol.Ledger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A year of real observations goes through a real broker, out of order and partly twice, among records that cannot be
 * used, and must arrive bit for bit: the arrays have the checksums that were taken from the file by other means, and
 * every snapshot on the way is one of whole windows.
 *
 * <p>With the system property {@code icestream.keep} the repository stays in that folder, for the reference client to
 * read.
 */
@UsesShared
class RealDataTest {

    private static final long SEED = 20130101;

    @TempDir
    Path folder;

    @Test
    void aYearOfWeatherArrivesBitForBit() throws InterruptedException, IOException {
        Weather weather = Weather.load();
        try (LocalBroker broker = LocalBroker.start(folder.resolve("broker"));
                RegistryServer registry = RegistryServer.start()) {
            WeatherIngest ingest = WeatherIngest.on(broker, registry, "weather", folder);
            ingest.produce(weather.days(0, 40), SEED);
            ingest.produceInTransactions(List.of("no Avro", "not either"), List.of("aborted", "this, too", "and this"));
            ingest.produce(weather.days(40, Weather.DAYS), SEED + 1);
            long began = System.nanoTime();
            RunSummary summary = ingest.runToEnd(new RunEvents(), "dataset.chunk.duration=28d");
            long runMillis = (System.nanoTime() - began) / 1_000_000;

            assertThat(summary.halted()).isEmpty();
            RepositoryAudit audit = new RepositoryAudit(ingest.repository(), "weather", weather);
            Ledger ledger = audit.checkEnd(Weather.DAYS * 24);
            assertThat(summary.ledger()).contains(ledger);
            audit.checkFacts();
            ingest.checkCounts(ledger);
            assertThat(ingest.deadLetters()).isEqualTo(Map.of("DESERIALIZE", 2));
            assertThat(ledger.skipped().sum()).as("aborted records and markers").isGreaterThanOrEqualTo(4);
            assertThat(ledger.superseded()).as("repeated records").isBetween(1_000L, 1_700L);
            System.out.printf(
                    "weather: %,d records, %,d cells, %,d superseded, %d snapshots, %d days, %.1f s%n",
                    ledger.position().sum(),
                    Ledger.total(ledger.cells()),
                    ledger.superseded(),
                    audit.snapshots(),
                    Weather.DAYS,
                    runMillis / 1e3);
            keep(ingest.repository());
        }
    }

    private static void keep(Path repository) throws IOException {
        String target = System.getProperty("icestream.keep", "");
        if (target.isEmpty()) {
            return;
        }
        try (Stream<Path> walk = Files.walk(repository)) {
            for (Path each : walk.toList()) {
                Files.copy(each, Path.of(target).resolve("repository").resolve(repository.relativize(each)));
            }
        }
    }
}
