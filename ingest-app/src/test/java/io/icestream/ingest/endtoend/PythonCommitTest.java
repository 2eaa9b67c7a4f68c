package io.icestream.ingest.endtoend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.Session;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.UsesShared;
import io.icestream.ingest.commit.LedgerJson;
import io.icestream.ingest.protocol.Ledger;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The reference client has committed on top of what {@link RealDataTest} kept, in the folder that the system property
 * {@code icestream.kept} names ({@code interop/real_data.py}): the engine reads that, and the ledger is still what an ingest would go on from.
 */
@UsesShared
@EnabledIfSystemProperty(named = "icestream.kept", matches = ".+")
class PythonCommitTest {

    private static final int HOURS = Weather.DAYS * 24;

    @Test
    void theEngineReadsWhatTheReferenceClientCommittedOnTop() {
        Path location = Path.of(System.getProperty("icestream.kept")).resolve("repository");
        try (Storage storage = LocalStorage.open(location, Durability.PROCESS);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            Session session = repository.readonlySession(Version.branch("main"));
            checkMean(session);
            assertThat(session.arrayMetadata(NodePath.of("/temp"))
                            .attributes()
                            .get("comment")
                            .textValue())
                    .isEqualTo("see temp_mean");
            Weather weather = Weather.load();
            for (String variable : Weather.VARIABLES) {
                assertThat(RepositoryAudit.checksum(session, variable, 0, HOURS))
                        .isEqualTo(Weather.checksum(weather.dense(variable, HOURS)));
            }
            checkLedger(repository, session);
        }
    }

    private static void checkMean(Session session) {
        ZarrArray mean = ZarrArray.open(session, NodePath.of("/temp_mean"));
        assertThat(mean.metadata().attributes().get("units").textValue()).isEqualTo("degF");
        double[] found = mean.readAll().doubles();
        double[] temp = Weather.load().dense("temp", HOURS);
        assertThat(found).hasSize(HOURS);
        for (int hour = 0; hour < HOURS; hour++) {
            double expected = Arrays.stream(temp, hour * 3, hour * 3 + 3)
                    .filter(value -> !Double.isNaN(value))
                    .average()
                    .orElse(Double.NaN);
            if (Double.isNaN(expected)) {
                assertThat(found[hour]).isNaN();
            } else {
                assertThat(found[hour]).as("hour " + hour).isEqualTo(expected, offset(1e-9));
            }
        }
    }

    private static void checkLedger(Repository repository, Session session) {
        NodePath path = LedgerJson.path("weather");
        Ledger ledger =
                LedgerJson.fromAttributes(path, session.groupMetadata(path).attributes());
        assertThat(ledger.closed()).isEqualTo(HOURS);
        assertThat(ledger.id()).as("the tip is somebody else's").isNotEqualTo(session.snapshotId());
        assertThat(repository
                        .history(session.snapshotId())
                        .skip(1)
                        .findFirst()
                        .orElseThrow()
                        .id())
                .isEqualTo(ledger.id());
    }
}
