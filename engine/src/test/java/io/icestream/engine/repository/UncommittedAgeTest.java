package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.maintenance.Progress;
import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.StorageCall.Operation;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What was stored too long ago, so that a collector may have deleted it, is not published: rules P8 and P18 of the protocol. */
class UncommittedAgeTest {
    private static final Duration LIMIT = Duration.ofHours(6);
    private static final Duration COLLECTED_AFTER = Duration.ofHours(12);
    private static final ByteBuffer LARGE = ByteBuffer.wrap(new byte[1000]);

    private final TestRepository test =
            TestRepository.withArrays(RepositoryOptions.defaults().withMaxUncommittedAge(LIMIT));

    private static void isTooOld(CommitOutcome outcome) {
        assertThat(outcome)
                .isInstanceOfSatisfying(
                        CommitOutcome.Refused.class,
                        refused -> assertThat(refused.reason())
                                .isInstanceOfSatisfying(RefusalReason.TooOld.class, old -> {
                                    assertThat(old.limit()).isEqualTo(LIMIT);
                                    assertThat(old.description()).contains("make the changes again");
                                }));
    }

    private WritableSession withChunk() {
        WritableSession session = test.session();
        session.setChunk(TestRepository.A, ChunkIndex.of(1), LARGE);
        return session;
    }

    @Test
    @DisplayName("P8: a chunk stored longer ago than the limit is not committed")
    void refusesChunksThatAreTooOld() {
        SnapshotId tip = test.tipId();
        WritableSession session = withChunk();
        test.clock.move(LIMIT);
        session.createGroup(NodePath.of("/later"), GroupMetadata.empty());

        isTooOld(session.commit(CommitRequest.of("too late")));
        isTooOld(session.amend(AmendRequest.of("too late")));
        isTooOld(session.commitDetached(CommitRequest.of("too late")));

        assertThat(test.tipId()).isEqualTo(tip);
        withChunk().commit(CommitRequest.of("anew")).orThrow();
    }

    @Test
    @DisplayName("P8: up to the limit it is committed")
    void commitsUpToTheLimit() {
        WritableSession session = withChunk();
        test.clock.move(LIMIT.minusMinutes(1));
        session.commit(CommitRequest.of("in time")).orThrow();
        assertThat(test.tip().readChunk(TestRepository.A, ChunkIndex.of(1))).isPresent();
    }

    @Test
    @DisplayName("P8: so is what a session without a limit stored, and what was only read long ago")
    void ageCountsFromTheFirstWrite() {
        WritableSession session = test.session();
        test.clock.move(Duration.ofDays(30));
        session.setChunk(TestRepository.A, ChunkIndex.of(1), LARGE);
        session.commit(CommitRequest.of("old session, young chunk")).orThrow();
    }

    @Test
    @DisplayName("P8: a flushed snapshot is not published after the limit, however often it is tried")
    void refusesFlushedSnapshotsThatAreTooOld() {
        WritableSession session = test.session();
        session.createGroup(NodePath.of("/g"), GroupMetadata.empty());
        FlushedSnapshot flushed = session.flush(CommitRequest.of("flushed"));
        test.clock.move(LIMIT.plusMinutes(1));

        for (int i = 0; i < 2; i++) {
            assertThat(test.repository.publish("main", flushed)).isInstanceOf(PublishOutcome.TooOld.class);
        }
    }

    @Test
    @DisplayName("P8: what is published is found to be, whatever its age")
    void findsWhatIsPublishedAlready() {
        WritableSession session = withChunk();
        FlushedSnapshot flushed = session.flush(CommitRequest.of("flushed"));
        assertThat(test.repository.publish("main", flushed)).isInstanceOf(PublishOutcome.Published.class);
        test.commit(TestRepository.B, 1);
        test.clock.move(COLLECTED_AFTER);

        assertThat(test.repository.publish("main", flushed)).isEqualTo(new PublishOutcome.Published(flushed.id()));
    }

    @Test
    @DisplayName("P8: what became of a commit without an answer is found out before age counts")
    void settlesALostReplyFirst() {
        for (boolean landed : List.of(true, false)) {
            WritableSession session = withChunk();
            silence(landed ? Fault.LOSE_REPLY : Fault.LOSE_REQUEST);
            assertThat(session.commit(CommitRequest.of("once"))).isInstanceOf(CommitOutcome.Unknown.class);
            test.storage.restart();
            test.clock.move(COLLECTED_AFTER);

            CommitOutcome outcome = session.commit(CommitRequest.of("once"));

            if (landed) {
                assertThat(outcome.orThrow().repeated()).isTrue();
            } else {
                isTooOld(outcome);
            }
        }
    }

    /** No answers from the write that decides, nor afterwards about what became of it. */
    private void silence(Fault fault) {
        long already = test.storage.calls(Operation.PUT_IF_MATCHES);
        test.storage.follow(call -> {
            if (call.operation() == Operation.PUT_IF_MATCHES) {
                return fault;
            }
            boolean after = test.storage.calls(Operation.PUT_IF_MATCHES) > already;
            return after && call.operation() == Operation.FIND_IF_CHANGED ? Fault.FAIL_BEFORE : Fault.NONE;
        });
    }

    @Test
    @DisplayName("P8: a chunk that is attached is as old as who attaches it says")
    void attachedChunksAreAsOldAsTold() {
        ChunkReference stored = test.repository.putChunk(LARGE);
        WritableSession old = test.session();
        old.attach(
                TestRepository.A, ChunkIndex.of(1), stored, test.clock.instant().minus(LIMIT));
        isTooOld(old.commit(CommitRequest.of("old")));

        WritableSession young = test.session();
        young.attach(TestRepository.A, ChunkIndex.of(1), stored, test.clock.instant());
        young.commit(CommitRequest.of("young")).orThrow();
    }

    @Test
    @DisplayName("P8: a fork's chunks are as old as the fork")
    void forksCountFromTheirBeginning() {
        WritableSession session = test.session();
        Bytes ticket = session.fork();
        ForkedSession fork = test.repository.openFork(ticket);
        fork.session().setChunk(TestRepository.A, ChunkIndex.of(1), LARGE);
        test.clock.move(LIMIT.plusMinutes(1));

        assertThat(session.merge(fork.changes(), new ConflictDetector())).isEmpty();
        isTooOld(session.commit(CommitRequest.of("merged")));
    }

    @Test
    @DisplayName("P8: discarding the changes begins anew")
    void discardingBeginsAnew() {
        WritableSession session = withChunk();
        test.clock.move(COLLECTED_AFTER);
        session.discardChanges();
        session.setChunk(TestRepository.A, ChunkIndex.of(2), LARGE);
        session.commit(CommitRequest.of("anew")).orThrow();
    }

    @Test
    @DisplayName("P18: a publisher in flight loses to the fence, and its next attempt fails the age check")
    void losesToTheFenceAndThenFailsTheAgeCheck() {
        WritableSession session = withChunk();
        AtomicInteger attempts = new AtomicInteger();
        test.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.COPY_IF_MATCHES && attempts.getAndIncrement() == 0) {
                test.clock.move(COLLECTED_AFTER.plusHours(1));
                try (Repository collector = test.reopened()) {
                    assertThat(new GarbageCollector(collector)
                                    .run(
                                            CollectRequest.olderThan(
                                                    test.clock.instant().minus(COLLECTED_AFTER)),
                                            Progress.NONE)
                                    .total()
                                    .objects())
                            .as("chunk, manifest, log and snapshot of the commit")
                            .isGreaterThanOrEqualTo(4);
                }
            }
        });

        isTooOld(session.commit(CommitRequest.of("fenced").solver(new ConflictDetector())));

        assertThat(new Verification(test.repository)
                        .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), Progress.NONE)
                        .findings())
                .isEmpty();
    }

    @Test
    @DisplayName("P8: age grows through the rounds of a commit")
    void ageGrowsThroughTheRounds() {
        WritableSession session = withChunk();
        AtomicInteger attempts = new AtomicInteger();
        test.storage.beforeEachCall(call -> {
            if (call.operation() == Operation.COPY_IF_MATCHES && attempts.getAndIncrement() % 2 == 0) {
                test.clock.move(Duration.ofHours(2));
                test.commit(TestRepository.B, attempts.get());
            }
        });

        isTooOld(session.commit(CommitRequest.of("never").solver(new ConflictDetector())));
    }
}
