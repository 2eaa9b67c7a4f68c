package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.A;
import static io.icestream.engine.repository.TestRepository.B;
import static io.icestream.engine.repository.TestRepository.inline;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.SimulatedCrash;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each call that changes a repository dies once at each storage call that it makes, before or after that takes effect.
 * Whoever opens the repository then sees the state before the call or the state after it, and can make the call again.
 */
class CrashStatesTest {
    private static final Map<String, Consumer<TestRepository>> CALLS = calls();

    private static Map<String, Consumer<TestRepository>> calls() {
        Map<String, Consumer<TestRepository>> calls = new LinkedHashMap<>();
        calls.put("amend", test -> {
            WritableSession session = test.session();
            session.attach(A, ChunkIndex.of(5), inline("amended"));
            session.updateArray(B, session.arrayMetadata(B).withShape(12));
            session.amend(AmendRequest.of("amended")).orThrow();
        });
        calls.put("detached", test -> {
            WritableSession session = test.session();
            session.attach(A, ChunkIndex.of(5), inline("aside"));
            session.commitDetached(CommitRequest.of("aside")).orThrow();
        });
        calls.put("move", test -> {
            RearrangeSession session = test.repository.rearrangeSession("main");
            session.move(A, NodePath.of("/moved"));
            session.commit(CommitRequest.of("moved")).orThrow();
        });
        calls.put("shift", test -> {
            WritableSession session = test.session();
            session.shiftArray(A, 3);
            session.commit(CommitRequest.of("shifted")).orThrow();
        });
        calls.put("fork and merge", test -> {
            WritableSession session = test.session();
            session.attach(B, ChunkIndex.of(4), inline("parent"));
            ForkedSession fork = test.repository.openFork(session.fork());
            fork.session().attach(A, ChunkIndex.of(4), inline("fork"));
            Bytes changes = fork.changes();
            session.merge(changes, new ConflictDetector());
            session.commit(CommitRequest.of("merged")).orThrow();
        });
        calls.put(
                "reset",
                test -> test.repository.resetBranch(
                        "main",
                        test.repository
                                .findSnapshot(test.tipId())
                                .flatMap(SnapshotEntry::parent)
                                .orElseThrow()));
        calls.put("metadata", test -> test.repository.settings().updateMetadata(Map.of("n", IntNode.valueOf(1))));
        calls.put(
                "status",
                test -> test.repository
                        .settings()
                        .setStatus(RepositoryStatus.Availability.READ_ONLY, Optional.of("crash")));
        calls.put("feature", test -> test.repository.settings().setFeature(Feature.MOVE_NODE, FeatureSetting.DISABLED));
        calls.put(
                "config",
                test -> test.repository
                        .settings()
                        .saveConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(3)));
        return calls;
    }

    static Stream<String> names() {
        return CALLS.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("names")
    void leavesTheOldOrTheNewState(String name) {
        Consumer<TestRepository> call = CALLS.getOrDefault(name, test -> {});
        TestRepository whole = prepared();
        String old = state(whole.repository);
        long before = whole.storage.calls();
        call.accept(whole);
        long calls = whole.storage.calls() - before;
        String next = state(whole.repository);
        assertThat(next).isNotEqualTo(old);
        int landed = 0;
        for (Fault fault : List.of(Fault.CRASH_BEFORE, Fault.CRASH_AFTER)) {
            for (long at = 1; at <= calls; at++) {
                TestRepository test = prepared();
                test.storage.crashAt(at, fault);
                crash(() -> call.accept(test));
                test.storage.restart();
                try (Repository reopened = test.reopened()) {
                    String now = state(reopened);
                    assertThat(now).as(fault + " at call " + at).isIn(old, next);
                    landed += now.equals(next) ? 1 : 0;
                }
            }
        }
        assertThat(landed).isPositive();
        System.out.println(name + ": " + 2 * calls + " crashes, after " + landed + " of them the new state");
    }

    private static TestRepository prepared() {
        TestRepository test = TestRepository.withArrays();
        test.commit(A, 0, 1);
        test.commit(B, 0);
        return test;
    }

    private static void crash(Runnable action) {
        try {
            action.run();
        } catch (SimulatedCrash e) {
            return;
        }
        throw new AssertionError("Did not crash");
    }

    /** All that can be seen, without ids and times. */
    private static String state(Repository repository) {
        List<String> state = new ArrayList<>();
        repository.branches().forEach((name, tip) -> {
            state.add("branch " + name);
            repository.history(tip).forEach(entry -> state.add(describe(repository, entry)));
        });
        repository.info().snapshots().all().map(SnapshotEntry::message).sorted().forEach(state::add);
        state.add("metadata " + repository.settings().metadata());
        state.add("status " + repository.settings().status().availability());
        state.add("moves " + repository.settings().feature(Feature.MOVE_NODE));
        state.add("config " + repository.settings().storedConfig());
        repository
                .operations()
                .forEach(update -> state.add(update.kind().getClass().getSimpleName()));
        return String.join("\n", state);
    }

    private static String describe(Repository repository, SnapshotEntry entry) {
        Session session = repository.readonlySession(Version.snapshot(entry.id()));
        StringBuilder text = new StringBuilder(entry.message());
        session.nodes().forEach(node -> {
            text.append(' ').append(node.path());
            if (node.kind() == NodeKind.ARRAY) {
                text.append(session.arrayMetadata(node.path()).shape()[0]);
                session.chunkIndices(node.path())
                        .sorted()
                        .forEach(chunk -> text.append(' ')
                                .append(chunk)
                                .append('=')
                                .append(TestRepository.text(session.readChunk(node.path(), chunk))));
            }
        });
        return text.toString();
    }
}
