package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.SimulatedCrash;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Each mutating call is run once per storage call that it makes, and dies there, before or after the call takes effect.
 * Whoever comes next finds a repository that opens, with its history whole and all that is reachable present, in the
 * state before the call or after it; and the call can be made again.
 */
class CrashTest {
    @Test
    void aCommit() {
        crashEverywhere(test -> commit(test, "crashed"));
    }

    @Test
    void aCommitThatIsRebased() {
        crashEverywhere(test -> {
            WritableSession late = test.session();
            late.attach(A, ChunkIndex.of(7), inline("late"));
            commit(test, "winner");
            late.commit(CommitRequest.of("late").solver(BasicConflictSolver.defaults()))
                    .orThrow();
        });
    }

    @Test
    void branchesAndTags() {
        crashEverywhere(test -> {
            SnapshotId tip = test.tipId();
            SnapshotId parent = test.repository
                    .history(tip)
                    .skip(1)
                    .findFirst()
                    .orElseThrow()
                    .id();
            test.repository.createBranch("b", parent);
            test.repository.resetBranch("b", tip, parent);
            test.repository.deleteBranch("b");
            test.repository.createTag("t", tip);
            test.repository.deleteTag("t");
        });
    }

    @Test
    void theCreationOfARepository() {
        for (SpecVersion version : SpecVersion.values()) {
            creationOf(version);
        }
    }

    private static void creationOf(SpecVersion version) {
        RepositoryOptions options =
                RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(9));
        long calls = callsOf(storage -> Repository.create(storage, options, version));
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (long call = 1; call <= calls; call++) {
                FaultInjectingStorage storage = storage();
                storage.crashAt(call, fault);
                crash(() -> Repository.create(storage, options, version).close());
                storage.restart();
                try (Repository repository = Repository.exists(storage)
                        ? Repository.open(storage, RepositoryOptions.defaults())
                        : Repository.create(storage, options, version)) {
                    assertThat(readEverything(repository)).containsOnlyKeys("main");
                    assertThat(repository.config().inlineChunkThresholdBytes()).isEqualTo(9);
                }
            }
        }
    }

    private static FaultInjectingStorage storage() {
        return new FaultInjectingStorage(new InMemoryStorage("crash", new TestRepository.Clock()));
    }

    private interface Creation {
        Repository create(Storage storage);
    }

    private static long callsOf(Creation creation) {
        FaultInjectingStorage storage = storage();
        creation.create(storage).close();
        return storage.calls();
    }

    private static void crashEverywhere(Consumer<TestRepository> action) {
        for (SpecVersion version : SpecVersion.values()) {
            crashEverywhere(version, action);
        }
    }

    private static void crashEverywhere(SpecVersion version, Consumer<TestRepository> action) {
        TestRepository whole = prepared(version);
        long before = whole.storage.calls();
        action.accept(whole);
        long calls = whole.storage.calls() - before;
        assertThat(calls).isGreaterThan(3);
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (long call = 1; call <= calls; call++) {
                TestRepository test = prepared(version);
                Map<String, List<String>> old = readEverything(test.repository);
                test.storage.crashAt(call, fault);
                crash(() -> action.accept(test));
                test.storage.restart();
                assertSound(test, old, version + ", " + fault + " at call " + call);
            }
        }
    }

    private static TestRepository prepared(SpecVersion version) {
        TestRepository test = TestRepository.withArrays(RepositoryOptions.defaults(), version);
        test.commit(A, 0, 1);
        test.commit(B, 0);
        test.repository.createTag("before", test.tipId());
        return test;
    }

    private static void commit(TestRepository test, String message) {
        WritableSession session = test.session();
        session.attach(A, ChunkIndex.of(2), inline(message));
        session.setChunk(B, ChunkIndex.of(2), ByteBuffer.allocate(1000));
        session.updateArray(B, session.arrayMetadata(B).withShape(12));
        session.commit(CommitRequest.of(message)).orThrow();
    }

    private static void crash(Runnable action) {
        try {
            action.run();
        } catch (SimulatedCrash e) {
            return;
        }
        throw new AssertionError("Did not crash");
    }

    private static void assertSound(TestRepository test, Map<String, List<String>> old, String where) {
        try (Repository reopened = test.reopened()) {
            Map<String, List<String>> now = readEverything(reopened);
            List<String> before = old.getOrDefault("main", List.of());
            List<String> after = now.getOrDefault("main", List.of());
            assertThat(after.subList(after.size() - before.size(), after.size()))
                    .as(where)
                    .isEqualTo(before);
            assertThat(now.get("before")).as(where).isEqualTo(old.get("before"));
            WritableSession session = reopened.writableSession("main");
            session.attach(A, ChunkIndex.of(9), inline("next"));
            session.commit(CommitRequest.of("next")).orThrow();
            assertThat(readEverything(reopened).get("main")).as(where).hasSize(after.size() + 1);
        }
    }

    /** The history of each ref; fails if anything that can be reached is missing. */
    private static Map<String, List<String>> readEverything(Repository repository) {
        Map<String, List<String>> histories = new TreeMap<>();
        repository.branches().forEach((name, id) -> histories.put(name, history(repository, id)));
        repository.tags().forEach((name, id) -> histories.put(name, history(repository, id)));
        if (repository.specVersion() == SpecVersion.V2) {
            assertThat(repository.operations()).isNotEmpty();
        }
        return histories;
    }

    private static List<String> history(Repository repository, SnapshotId tip) {
        List<SnapshotEntry> history = repository.history(tip).toList();
        history.forEach(entry -> {
            var session = repository.readonlySession(Version.snapshot(entry.id()));
            session.nodes().stream()
                    .filter(node -> node.kind() == NodeKind.ARRAY)
                    .forEach(node -> session.chunkIndices(node.path())
                            .forEach(chunk -> assertThat(session.readChunk(node.path(), chunk))
                                    .isPresent()));
        });
        return history.stream().map(entry -> entry.id() + " " + entry.message()).toList();
    }
}
