package io.icestream.ingest.commit;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.ref.UpdateAttemptsException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitUnknownException;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.slice.DatasetGrid;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Turns a round into a snapshot, once: rule P9.
 *
 * <p>Every try opens a session at the tip and reads the ledger there. If the ledger is of this very round, the round is published, whoever did it and whatever became of the
 * reply. If it is not the ledger that the round continues from, the round is void. Otherwise the try builds on the tip, whatever others have committed there, and publishes
 * on condition that the tip is still the one it read. So the ledger decides the outcome, also after a crash, and nothing has to be remembered between tries: of all snapshots
 * that are ever made for one round, and of all rounds that continue from one ledger, at most one lands.
 *
 * <p>Every attempt to replace the repository object compares the age of the round's chunks with the limit that the repository was opened with, after it has read the object that it
 * replaces. So a round that loses to the collector's fence is not published with chunks that the collector deletes: rules P8 and P18.
 *
 * <p>Safe for use by several threads and processes.
 */
public final class SliceCommitter {
    private static final int MAX_TRIES = 100;

    private final Repository repository;
    private final IngestConfig config;
    private final String branch;
    private final NodePath ledgerPath;
    private final DatasetLayout layout;
    private final CommitDescription description;
    private final ProtocolObserver observer;
    private final InstantSource clock;

    /**
     * @param repository where to; not closed by this
     * @param config which data set, which branch
     * @param observer is told when a publish passes a named point
     * @param clock bounds the time that one publish takes
     */
    public SliceCommitter(Repository repository, IngestConfig config, ProtocolObserver observer, InstantSource clock) {
        this.repository = repository;
        this.config = config;
        this.branch = config.repository().branch();
        this.ledgerPath = LedgerJson.path(config.id());
        this.layout = new DatasetLayout(config.dataset());
        this.description = new CommitDescription(config.id(), new DatasetGrid(config.dataset()));
        this.observer = observer;
        this.clock = clock;
    }

    /**
     * Reads the ledger at the tip of the branch, fresh.
     *
     * @return the ledger, with counts for as many partitions of {@code slots} as are configured, or empty if the data set was not created yet
     * @throws io.icestream.engine.ref.NotFoundException if there is no such branch
     * @throws LedgerFormatException if the ledger was written by a later program, or is none
     * @throws io.icestream.engine.storage.StorageException if the storage does not work
     */
    public Optional<Ledger> findLedger() {
        return findLedger(repository.readonlySession(Version.branch(branch)));
    }

    private Optional<Ledger> findLedger(Session session) {
        return session.findNode(ledgerPath)
                .map(node -> LedgerJson.fromAttributes(
                        ledgerPath, session.groupMetadata(ledgerPath).attributes()))
                .map(ledger -> ledger.over(config.kafka().slotPartitions()));
    }

    /**
     * Creates the data set if the branch has no ledger of this ingest: groups, arrays without a slot, coordinates and the seed, in one commit. Of several processes that do so at a time
     * exactly one wins and the others find its ledger.
     *
     * @param seed the ledger to begin with; its id is set here
     * @return the ledger at the tip
     * @throws LayoutChangedException if the ledger at the tip was written with other settings
     * @throws DatasetExistsException if other nodes are in the place of the arrays
     * @throws IcestreamException as {@link #findLedger}; call again if it may pass
     */
    public Ledger initialise(Ledger seed) {
        Optional<PublishOutcome> last = Optional.empty();
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            WritableSession session = repository.writableSession(branch);
            Optional<Ledger> found = findLedger(session);
            if (found.isPresent()) {
                return checked(session, found.get(), seed);
            }
            Ledger ledger = seed.in(session.plannedSnapshotId(), Optional.empty());
            new DatasetCreator(layout, config.id()).create(session, ledger);
            PublishOutcome outcome = repository.publish(branch, session.flush(description.ofCreation(ledger)));
            if (outcome instanceof PublishOutcome.Published) {
                return ledger;
            }
            last = Optional.of(outcome);
        }
        throw notCreated(last.orElseThrow());
    }

    private IcestreamException notCreated(PublishOutcome last) {
        return last instanceof PublishOutcome.Unknown unknown
                ? new CommitUnknownException(unknown.id(), unknown.cause())
                : new UpdateAttemptsException("Cannot create the data set of ingest '" + config.id() + "' on branch '"
                        + branch + "': others committed first in " + MAX_TRIES
                        + " tries; try again when the branch is quieter");
    }

    private Ledger checked(Session session, Ledger found, Ledger seed) {
        if (!found.layoutHash().equals(seed.layoutHash())) {
            List<String> objections = layout.objectionsTo(session, found.closed());
            throw changed((objections.isEmpty()
                            ? "time axis, stations, variables, windows or chunks were other ones"
                            : String.join("; ", objections))
                    + "; restore the settings, or use another ingest id and another group or branch");
        }
        return found;
    }

    private LayoutChangedException changed(String what) {
        return new LayoutChangedException(
                "Cannot continue the data set of ingest '" + config.id() + "' on branch '" + branch + "': " + what);
    }

    /**
     * Publishes a round, unless the ledger at the tip says that it is published or void. Blocks; bounded by the round timeout. Cost of a try: the repository object and the snapshot are
     * read and written, and per array that changes one manifest.
     *
     * @param plan the round with all its answers
     * @return what became of it
     * @throws IllegalArgumentException if the plan does not continue from its own base
     */
    public PublishResult publish(RoundPlan plan) {
        check(plan);
        Instant deadline = clock.instant().plus(config.commit().roundTimeout());
        int tries = 0;
        try {
            while (tries++ < MAX_TRIES && clock.instant().isBefore(deadline)) {
                Optional<PublishResult> result = tryOnce(plan);
                if (result.isPresent()) {
                    return result.get();
                }
            }
        } catch (IcestreamException e) {
            return Failures.result(e);
        }
        return new PublishResult.Unavailable(
                "Others committed to branch '" + branch + "' first in all of " + tries + " tries");
    }

    private static void check(RoundPlan plan) {
        Ledger next = plan.next();
        if (!next.round().equals(Optional.of(plan.round().round()))
                || next.sequence() != plan.round().base().sequence() + 1
                || next.closed() != plan.round().close()
                || next.closed() < plan.round().base().closed()) {
            throw new IllegalArgumentException(
                    "Invalid plan: round " + plan.round().round() + " closes "
                            + plan.round().close() + " windows on ledger "
                            + plan.round().base().sequence() + " with "
                            + plan.round().base().closed() + " windows, and is to publish ledger " + next.sequence()
                            + " of round "
                            + next.round().orElse("none") + " with " + next.closed() + " windows");
        }
    }

    /** Empty if somebody else committed meanwhile. */
    private Optional<PublishResult> tryOnce(RoundPlan plan) {
        WritableSession session = repository.writableSession(branch);
        Optional<PublishResult> settled = settledBy(session, plan);
        if (settled.isPresent()) {
            return settled;
        }
        if (!session.snapshotId().equals(plan.round().base().id())) {
            observer.reached(ProtocolPoint.COM_REBUILD_ON_FOREIGN_TIP);
        }
        Ledger ledger = plan.next().in(session.plannedSnapshotId(), plan.endsDay());
        write(session, plan, ledger);
        observer.reached(ProtocolPoint.COM_FLUSH_HALF);
        FlushedSnapshot flushed = session.flush(description.ofRound(plan));
        observer.reached(ProtocolPoint.COM_FLUSHED);
        return send(flushed, ledger);
    }

    /** The result if the tip itself decides it. */
    private Optional<PublishResult> settledBy(Session tip, RoundPlan plan) {
        Optional<Ledger> found = findLedger(tip);
        if (found.isEmpty()) {
            return failed("there is no ledger " + ledgerPath
                    + " any more; restore the branch, or begin anew with another ingest id");
        }
        Ledger ledger = found.get();
        if (ledger.round().equals(Optional.of(plan.round().round()))) {
            return Optional.of(new PublishResult.AlreadyPublished(ledger));
        }
        if (!ledger.id().equals(plan.round().base().id())) {
            return Optional.of(new PublishResult.Superseded(ledger));
        }
        List<String> objections = layout.objectionsTo(tip, ledger.closed());
        return objections.isEmpty()
                ? Optional.empty()
                : failed(String.join("; ", objections) + "; somebody else changed it: undo that commit");
    }

    private Optional<PublishResult> failed(String reason) {
        return Optional.of(new PublishResult.Failed("Cannot publish to branch '" + branch + "': " + reason));
    }

    private void write(WritableSession session, RoundPlan plan, Ledger ledger) {
        layout.grow(session, plan.round().base().closed(), ledger.closed());
        for (ChunkReady chunk : plan.chunks()) {
            session.attach(chunk.array(), chunk.chunk(), chunk.reference(), chunk.storedAt());
        }
        session.updateGroup(ledgerPath, GroupMetadata.of(LedgerJson.toAttributes(ledger)));
    }

    private Optional<PublishResult> send(FlushedSnapshot flushed, Ledger ledger) {
        observer.reached(ProtocolPoint.COM_CAS_SENT);
        PublishOutcome outcome = repository.publish(branch, flushed);
        if (outcome instanceof PublishOutcome.Published) {
            observer.reached(ProtocolPoint.COM_CAS_LANDED_REPLY_LOST);
            return Optional.of(new PublishResult.Published(ledger));
        }
        if (outcome instanceof PublishOutcome.TooOld old) {
            return Optional.of(
                    new PublishResult.TooOld("Round " + ledger.round().orElse("none") + " holds something stored at "
                            + old.oldest() + ", longer ago than " + old.limit()));
        }
        return outcome instanceof PublishOutcome.Unknown unknown
                ? Optional.of(new PublishResult.Unavailable("No answer to the publish of snapshot " + unknown.id()
                        + ": " + unknown.cause().getMessage()))
                : Optional.empty();
    }
}
