package io.icestream.engine.storage.cloud;

import static io.icestream.engine.storage.cloud.CloudFixture.is;
import static io.icestream.engine.storage.cloud.CloudFixture.random;
import static io.icestream.engine.storage.cloud.CloudFixture.written;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.testing.StorageContract;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/**
 * The contract of all storages, races of separate clients and what else matters, against a server of somebody else's. It
 * is named by the environment; {@code interop/run} starts one.
 */
public abstract class CloudServerContract extends StorageContract {
    private static final int WRITERS = 4;
    private static final Transfers SMALL = new Transfers(6 << 20, 5 << 20, 4 << 20, 4);

    /** A prefix for each test. */
    protected final String prefix = "contract/" + UUID.randomUUID();

    /** Opens the prefix. */
    protected abstract CloudStorage open(Transfers transfers);

    /** The location that the environment names. */
    protected static String location(String variable) {
        String location = System.getenv(variable);
        if (location == null) {
            throw new IllegalStateException(variable + " is not set: it has to name a place in a store");
        }
        return location;
    }

    @Override
    protected final Storage createEmptyStorage() {
        return open(Transfers.DEFAULT);
    }

    private Storage openAnother() {
        return open(Transfers.DEFAULT);
    }

    @Override
    protected int incrementsPerThread() {
        return 10;
    }

    @Test
    void ofManyClientsThatCreateOneObjectOneSucceeds() throws Exception {
        for (int round = 0; round < 20; round++) {
            String key = "refs/race-" + round;
            List<PutOutcome> outcomes = Clients.inParallel(
                    WRITERS,
                    this::openAnother,
                    (storage, writer) -> storage.putIfAbsent(key, bytes("writer " + writer)));

            assertThat(outcomes.stream().filter(PutOutcome.Written.class::isInstance))
                    .hasSize(1);
            assertThat(outcomes.stream().filter(PutOutcome.Refused.class::isInstance))
                    .hasSize(WRITERS - 1);
        }
    }

    @Test
    void noIncrementIsLostAmongManyClients() throws Exception {
        try (Storage storage = openAnother()) {
            storage.put("repo", bytes("0"));
        }

        Clients.inParallel(WRITERS, this::openAnother, (storage, writer) -> {
            for (int i = 0; i < 10; i++) {
                increment(storage, "repo", "overwritten/" + writer + "." + i);
            }
            return writer;
        });

        try (Storage storage = openAnother()) {
            assertThat(text(storage.find("repo").orElseThrow().bytes())).isEqualTo("40");
        }
    }

    @Test
    void noCommitIsLostAmongManyClients() throws Exception {
        try (Storage storage = openAnother()) {
            Repository.create(storage, RepositoryOptions.defaults()).close();
        }

        Clients.inParallel(WRITERS, this::openAnother, (storage, writer) -> {
            try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
                for (int i = 0; i < 5; i++) {
                    commitGroup(repository, "g" + writer + "-" + i);
                }
            }
            return writer;
        });

        try (Storage storage = openAnother();
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(repository.history(repository.findBranch("main").orElseThrow()))
                    .hasSize(1 + 5 * WRITERS);
        }
    }

    private static void commitGroup(Repository repository, String name) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup.create(session, NodePath.of("/" + name), GroupMetadata.empty());
            if (session.commit(CommitRequest.of(name)) instanceof CommitOutcome.Committed) {
                return;
            }
        }
        throw new AssertionError("No attempt to commit " + name + " succeeded");
    }

    @Test
    void largeObjectsGoUpAndComeDownInParts() {
        ByteBuffer content = random(13_000_000);
        try (CloudStorage storage = open(SMALL)) {
            ObjectVersion version = written(storage.putIfAbsent("large", content));
            assertThat(storage.putIfAbsent("large", content)).isEqualTo(new PutOutcome.Refused());
            written(storage.putIfMatches("large", content.slice(0, 8_000_000), version));
            assertThat(storage.putIfMatches("large", content, version)).isEqualTo(new PutOutcome.Refused());
            assertThat(storage.find("large").orElseThrow().bytes()).isEqualTo(content.slice(0, 8_000_000));
            assertThat(storage.fetchRange("large", 1_000_000, 6_000_000))
                    .isEqualTo(content.slice(1_000_000, 6_000_000));
            storage.put("plain", content);
            assertThat(storage.find("plain").orElseThrow().bytes()).isEqualTo(content);
        }
    }

    @Test
    void aWriteIsMarkedWithItsId() {
        try (CloudStorage storage = open(SMALL)) {
            ObjectVersion version = written(storage.putIfAbsent("repo", bytes("one")));
            // A refusal is decided by the id: another's is there, so it is one.
            assertThat(storage.putIfAbsent("repo", bytes("two"))).isEqualTo(new PutOutcome.Refused());
            assertThat(storage.statistics().readBacks()).isEqualTo(1);
            assertThat(storage.fetchRange("repo", new ByteRange(0, 3), is(version)))
                    .contains(bytes("one"));
            storage.put("repo", bytes("three"));
            assertThat(storage.fetchRange("repo", new ByteRange(0, 3), is(version)))
                    .isEmpty();
        }
    }
}
