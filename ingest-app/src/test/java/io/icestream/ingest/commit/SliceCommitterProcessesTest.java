package io.icestream.ingest.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * P9 on a local directory: several owners, each with a repository of its own as processes have, fight for every round while somebody else commits in between. Nobody knows of
 * the others but through the branch.
 */
@DisplayName("P9 publish by several owners")
class SliceCommitterProcessesTest {
    private static final int OWNERS = 3;
    private static final int ROUNDS = 8;

    private final CommitFixture fixture = CommitFixture.small();

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    Path folder;

    @Test
    void makesOneSnapshotPerSequence() throws Exception {
        ExecutorService executor = Executors.newFixedThreadPool(OWNERS + 1);
        try {
            List<Callable<Integer>> work = new ArrayList<>();
            IntStream.range(0, OWNERS).forEach(owner -> work.add(this::publishToTheEnd));
            work.add(this::commitOthers);
            int published = 0;
            for (Future<Integer> future : executor.invokeAll(work)) {
                published += future.get();
            }
            assertThat(published).isEqualTo(ROUNDS);
        } finally {
            executor.shutdownNow();
        }
        check();
    }

    private Storage open() {
        return LocalStorage.open(folder, Durability.PROCESS);
    }

    /** Returns the number of rounds that this owner published. */
    private int publishToTheEnd() {
        try (Storage storage = open();
                Repository repository = CommitFixture.open(storage)) {
            SliceCommitter committer = fixture.committer(repository, ProtocolObserver.NONE);
            Ledger ledger = committer.initialise(fixture.seed());
            int published = 0;
            while (ledger.sequence() < ROUNDS) {
                PublishResult result = committer.publish(fixture.plan(repository, ledger, 5 * (ledger.sequence() + 1)));
                published += result instanceof PublishResult.Published ? 1 : 0;
                ledger = committer.findLedger().orElseThrow();
            }
            return published;
        }
    }

    private int commitOthers() {
        try (Storage storage = open()) {
            CommitFixture.open(storage).close();
            for (int i = 0; i < 5; i++) {
                CommitFixture.commitForeign(storage, "notes-" + i);
            }
            return 0;
        }
    }

    private void check() {
        try (Storage storage = open()) {
            List<Ledger> ledgers = fixture.ledgers(storage);
            assertThat(ledgers.stream().map(Ledger::sequence).distinct())
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(0, ROUNDS).boxed().toList());
            assertThat(ledgers.stream().map(Ledger::id).distinct()).hasSize(ROUNDS + 1);
            assertThat(CommitFixture.history(storage))
                    .hasSize(1 + 1 + ROUNDS + 5)
                    .extracting(SnapshotEntry::id)
                    .containsAll(ledgers.stream().map(Ledger::id).toList());
            SliceCommitterTest.checkCells(CommitFixture.tip(storage), 5 * ROUNDS, 0);
        }
    }
}
