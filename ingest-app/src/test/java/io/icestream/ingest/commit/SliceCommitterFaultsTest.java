package io.icestream.ingest.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.testing.Fault;
import io.icestream.engine.testing.FaultInjectingStorage;
import io.icestream.engine.testing.FaultScript;
import io.icestream.engine.testing.SimulatedCrash;
import io.icestream.engine.testing.StorageCall;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.RoundPlan;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * P9 with a storage that fails, loses replies, lands writes late, and with processes that die: whatever happens, calling again with the same plan, by whomever, ends with
 * one snapshot per sequence number and the same content.
 */
@DisplayName("P9 publish with faults")
class SliceCommitterFaultsTest {
    private final CommitFixture fixture = CommitFixture.small();

    /** One repository with a data set, and a plan for its first round. */
    private final class Run {
        final FaultInjectingStorage storage =
                new FaultInjectingStorage(new InMemoryStorage("test", InstantSource.system()));
        final Repository repository = CommitFixture.open(storage);
        final SliceCommitter committer = fixture.committer(repository, ProtocolObserver.NONE);
        final Ledger seed = committer.initialise(fixture.seed());
        final RoundPlan plan = fixture.plan(repository, seed, 30);

        /** Another process takes over and calls again until it knows; then everything must be as if nothing had happened. */
        void finishAndCheck(String context) {
            storage.restart();
            PublishResult result = new PublishResult.Unavailable("not called");
            SliceCommitter next = fixture.committer(storage);
            for (int i = 0; i < 5 && result instanceof PublishResult.Unavailable; i++) {
                result = next.publish(plan);
            }
            assertThat(result)
                    .as(context)
                    .isInstanceOfAny(PublishResult.Published.class, PublishResult.AlreadyPublished.class);
            storage.landLateWrites();
            check(context);
        }

        void check(String context) {
            assertThat(fixture.ledgers(storage).stream().map(Ledger::sequence))
                    .as(context)
                    .containsExactly(0L, 1L);
            List<SnapshotEntry> history = CommitFixture.history(storage);
            assertThat(history).as(context).hasSize(3);
            assertThat(fixture.committer(storage).findLedger().orElseThrow().id())
                    .as(context)
                    .isEqualTo(history.get(0).id());
            SliceCommitterTest.checkCells(CommitFixture.tip(storage), 30, 0);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOSE_REPLY", "LOSE_REQUEST", "LAND_LATE"})
    void makesOneSnapshotWhenTheReplyToThePublishIsLost(Fault fault) {
        Run run = new Run();
        run.storage.follow(FaultScript.once(call -> call.operation() == StorageCall.Operation.PUT_IF_MATCHES, fault));

        PublishResult first = run.committer.publish(run.plan);

        assertThat(first).isInstanceOfAny(PublishResult.Published.class, PublishResult.Unavailable.class);
        run.finishAndCheck(fault.toString());
    }

    @Test
    void makesOneSnapshotWhenAWriteLandsAfterTheNextOwnerHasStarted() {
        Run run = new Run();
        run.storage.follow(
                FaultScript.always(call -> call.operation() == StorageCall.Operation.PUT_IF_MATCHES, Fault.LAND_LATE));
        run.committer.publish(run.plan);
        run.storage.restart();
        SliceCommitter next = fixture.committer(CommitFixture.open(run.storage), point -> {
            if (point == io.icestream.ingest.protocol.ProtocolPoint.COM_FLUSHED) {
                run.storage.landLateWrites();
            }
        });

        assertThat(next.publish(run.plan)).isInstanceOf(PublishResult.AlreadyPublished.class);
        run.check("late write");
    }

    @Test
    void saysThatTheStorageIsUnavailable() {
        Run run = new Run();
        run.storage.follow(FaultScript.always(call -> true, Fault.FAIL_BEFORE));

        assertThat(run.committer.publish(run.plan)).isInstanceOf(PublishResult.Unavailable.class);
        run.finishAndCheck("storage down");
    }

    @Test
    void survivesAFullDiskAtEveryWrite() {
        long calls = callsOfAPublish();
        for (long at = 1; at <= calls; at++) {
            Run run = new Run();
            run.storage.fillDiskAt(at);
            PublishResult result = run.committer.publish(run.plan);
            String context = "disk full at call " + at + " of " + calls + ": " + result;
            assertThat(result)
                    .as(context)
                    .isInstanceOfAny(PublishResult.Published.class, PublishResult.Unavailable.class);
            run.finishAndCheck(context);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CRASH_BEFORE", "CRASH_AFTER"})
    void survivesACrashAtEveryStorageCall(Fault fault) {
        long calls = callsOfAPublish();
        for (long at = 1; at <= calls; at++) {
            Run run = new Run();
            run.storage.crashAt(at, fault);
            String context = fault + " at call " + at + " of " + calls;
            assertThat(crashes(() -> run.committer.publish(run.plan)))
                    .as(context)
                    .isTrue();
            run.finishAndCheck(context);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"CRASH_BEFORE", "CRASH_AFTER"})
    void createsTheDataSetOnceWithACrashAtEveryStorageCall(Fault fault) {
        long calls = callsOfACreation();
        for (long at = 1; at <= calls; at++) {
            FaultInjectingStorage storage =
                    new FaultInjectingStorage(new InMemoryStorage("test", InstantSource.system()));
            SliceCommitter committer = fixture.committer(storage);
            storage.crashAt(at, fault);
            assertThat(crashes(() -> committer.initialise(fixture.seed()))).isTrue();
            storage.restart();

            Ledger ledger = fixture.committer(storage).initialise(fixture.seed());

            assertThat(CommitFixture.history(storage))
                    .as(fault + " at call " + at + " of " + calls)
                    .hasSize(2)
                    .first()
                    .extracting(SnapshotEntry::id)
                    .isEqualTo(ledger.id());
        }
    }

    @Test
    void makesOneSnapshotPerSequenceUnderRandomFaults() {
        List<Fault> faults =
                List.of(Fault.FAIL_BEFORE, Fault.LOSE_REPLY, Fault.LOSE_REQUEST, Fault.LAND_LATE, Fault.REFUSE);
        LongStream.range(0, 40).forEach(seed -> {
            Run run = new Run();
            run.storage.follow(FaultScript.seeded(seed, 0.15, faults));
            for (int i = 0; i < 4; i++) {
                run.committer.publish(run.plan);
            }
            run.finishAndCheck("seed " + seed);
        });
    }

    private long callsOfAPublish() {
        Run run = new Run();
        long before = run.storage.calls();
        run.committer.publish(run.plan);
        return run.storage.calls() - before;
    }

    private long callsOfACreation() {
        FaultInjectingStorage storage = new FaultInjectingStorage(new InMemoryStorage("test", InstantSource.system()));
        SliceCommitter committer = fixture.committer(storage);
        long before = storage.calls();
        committer.initialise(fixture.seed());
        return storage.calls() - before;
    }

    /** A crash in a thread of the engine may arrive wrapped. */
    private static boolean crashes(Runnable action) {
        try {
            action.run();
            return false;
        } catch (SimulatedCrash e) {
            return true;
        } catch (StorageException e) {
            return e.getCause() instanceof SimulatedCrash;
        }
    }
}
