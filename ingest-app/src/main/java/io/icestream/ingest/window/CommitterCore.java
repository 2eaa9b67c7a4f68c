package io.icestream.ingest.window;

import io.icestream.ingest.config.CommitSettings;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.CommitMessage.RoundDone;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Ledger.EndedDay;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.protocol.RoundPlan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * The committer of one branch as a state machine: opens rounds, collects their answers, has them published and days tagged.
 *
 * <p>Protocol between the machine and its driver. The driver feeds messages ({@link #onMessage}) and asks {@link #next} what to do. A
 * {@link Step} that needs the repository is done elsewhere, one at a time, and its result handed back through {@link #onLedger}, {@link
 * #onPublished}, {@link #onTagged} or {@link #onFailed}; a step that could not be done now is simply asked for again. The table's changes
 * are committed with the messages that the driver sends. The truth is the ledger at the tip of the branch: whatever the table lost or
 * repeats, what may be published follows from the ledger (rule P9), so the machine may be restarted at any point, and twice.
 *
 * <p>Rules: P2 and P3 by {@link RoundPlanner}; P6 answers to other rounds are ignored; P7 a refusal halts; P8 reopening with doubled time;
 * P10 nothing to say; P13 floor; P14 counts come with the answers; P15 a day that ended is tagged before anything else.
 *
 * <p>Not thread-safe.
 */
public final class CommitterCore {

    /** How long a backlog is gathered into one round at most. */
    private static final Duration GATHERING = Duration.ofSeconds(1);

    private final String incarnation;
    private final int slotPartitions;
    private final RoundPlanner planner;
    private final CommitSettings settings;
    private final boolean tagsDays;
    private final UnaryOperator<Progress> present;
    private final Supplier<String> roundIds;
    private final ProtocolObserver observer;
    private final CommitterState state;

    private Optional<Ledger> ledger = Optional.empty();
    private Optional<EndedDay> tagged = Optional.empty();
    private Optional<String> halted = Optional.empty();
    private boolean tooOld;
    private Instant lastRound = Instant.MIN;
    private long windowsOfLastRound;

    /** What the driver has to do next. */
    public sealed interface Step {
        /** Nothing until a message comes or time passes. */
        record Await() implements Step {}

        /** Read the ledger at the tip of the branch; answer with {@link #onLedger}. */
        record ReadLedger() implements Step {}

        /** Tag a day; answer with {@link #onTagged}. */
        record Tag(EndedDay day) implements Step {}

        /** Send a round to every partition of {@code slots}, and commit the transaction at once. */
        record Open(Round round) implements Step {}

        /** Publish a plan; answer with {@link #onPublished}, {@link #onLedger} or {@link #onTooOld}. */
        record Publish(RoundPlan plan) implements Step {}

        /** Stop this data set: an operator has to decide. */
        record Halt(String reason) implements Step {}
    }

    /**
     * Takes up the machine where its table left it.
     *
     * @param incarnation messages of other incarnations are ignored (rule P17)
     * @param slotPartitions number of partitions of {@code slots}
     * @param planner bounds of rounds
     * @param settings times and limits
     * @param tagsDays whether finished days are tagged
     * @param present takes back what a message says of the end of its partition and is not so any more: the message may be older than
     *     this process, and a partition that was idle or ended then may have a backlog now
     * @param table the state; empty at first
     * @param roundIds makes random round ids
     * @param observer is told of protocol points
     */
    public CommitterCore(
            String incarnation,
            int slotPartitions,
            RoundPlanner planner,
            CommitSettings settings,
            boolean tagsDays,
            UnaryOperator<Progress> present,
            StateTable table,
            Supplier<String> roundIds,
            ProtocolObserver observer) {
        this.incarnation = incarnation;
        this.slotPartitions = slotPartitions;
        this.planner = planner;
        this.settings = settings;
        this.tagsDays = tagsDays;
        this.present = present;
        this.roundIds = roundIds;
        this.observer = observer;
        this.state = new CommitterState(table);
    }

    /**
     * Takes a message in; one of another incarnation or round has no effect.
     *
     * @param message a message of the {@code commit} topic
     */
    public void onMessage(CommitMessage message) {
        if (message instanceof CommitMessage.Progress progress) {
            if (progress.incarnation().equals(incarnation)) {
                state.hear(progress);
            }
        } else if (message instanceof ChunkReady ready && isOpen(ready.round())) {
            state.collect(ready);
        } else if (message instanceof RoundDone done && isOpen(done.round())) {
            state.collect(done);
        } else if (message instanceof CommitMessage.Refused refused && isOpen(refused.round())) {
            halt("Partition " + refused.partition() + " of slots refused a round: " + refused.reason());
        }
    }

    private boolean isOpen(String round) {
        return state.round().map(open -> open.round().round().equals(round)).orElse(false);
    }

    /**
     * Takes in the ledger that a fresh read, or a publish that came too late, found at the tip.
     *
     * @param tip the ledger at the tip of the branch
     */
    public void onLedger(Ledger tip) {
        Optional<CommitterState.Known> known = state.known();
        if (known.isPresent() && isRolledBack(known.get(), tip)) {
            halt("The branch was reset: its ledger is at sequence " + tip.sequence() + " in snapshot " + tip.id()
                    + ", published was " + known.get().sequence() + " in "
                    + known.get().id() + "; stop all members and run reinit to go on from the branch as it is");
            return;
        }
        ledger = Optional.of(tip);
        state.know(tip);
    }

    private static boolean isRolledBack(CommitterState.Known known, Ledger tip) {
        return tip.sequence() < known.sequence()
                || (tip.sequence() == known.sequence() && !tip.id().equals(known.id()));
    }

    /**
     * Takes in that a plan is published, by us or by somebody before us.
     *
     * @param published the ledger that it left at the tip
     */
    public void onPublished(Ledger published) {
        onLedger(published);
    }

    /** Takes in that a chunk of the open round was too old to be published: the round is opened again (rules P8 and P18). */
    public void onTooOld() {
        tooOld = true;
    }

    /**
     * Takes in that the tag of a day is settled: made, found, or found to be impossible.
     *
     * @param day the day
     */
    public void onTagged(EndedDay day) {
        tagged = Optional.of(day);
    }

    /**
     * Takes in a failure that no retry can mend.
     *
     * @param reason what an operator has to know
     */
    public void onFailed(String reason) {
        halt(reason);
    }

    private void halt(String reason) {
        if (halted.isEmpty()) {
            halted = Optional.of(reason);
        }
    }

    /** {@return the ledger that was seen last, empty before the first read} */
    public Optional<Ledger> ledger() {
        return ledger;
    }

    /**
     * Tells what to do next. Asking again without a change in between gives the same step, or {@link Step.Await} after {@link Step.Open}.
     *
     * @param now the time
     * @return the step
     */
    public Step next(Instant now) {
        if (halted.isPresent()) {
            return new Step.Halt(halted.get());
        }
        if (ledger.isEmpty()) {
            return new Step.ReadLedger();
        }
        Ledger tip = ledger.get();
        Optional<EndedDay> due = dayDue(tip);
        if (due.isPresent()) {
            return new Step.Tag(due.get());
        }
        return state.round().map(open -> pursue(open, tip, now)).orElseGet(() -> open(tip, now));
    }

    private Optional<EndedDay> dayDue(Ledger tip) {
        return tagsDays ? tip.lastDay().filter(day -> !tagged.equals(Optional.of(day))) : Optional.empty();
    }

    private Step pursue(OpenRound open, Ledger tip, Instant now) {
        if (tip.round().equals(Optional.of(open.round().round()))) {
            state.close();
            state.setTries(0);
            return open(tip, now);
        }
        if (!tip.id().equals(open.round().base().id())) {
            return reopen(tip, now, 0);
        }
        if (state.done().size() < slotPartitions) {
            boolean overdue = now.isAfter(open.openedAt().plus(timeAllowed()));
            return overdue ? reopen(tip, now, state.tries() + 1) : new Step.Await();
        }
        return conclude(open, tip, now);
    }

    private Duration timeAllowed() {
        return settings.roundTimeout().multipliedBy(1L << Math.min(state.tries(), 10));
    }

    /** Drops the round and opens it again with a new id and the present ledger as base (rule P8). */
    private Step reopen(Ledger tip, Instant now, int tries) {
        observer.reached(ProtocolPoint.COM_ROUND_REOPENED);
        state.close();
        state.setTries(tries);
        tooOld = false;
        lastRound = Instant.MIN;
        return open(tip, now);
    }

    private Step conclude(OpenRound open, Ledger tip, Instant now) {
        List<ChunkReady> chunks = state.ready();
        int announced = state.done().stream().mapToInt(RoundDone::chunks).sum();
        if (announced != chunks.size() || tooOld || isStale(chunks, now)) {
            return reopen(tip, now, state.tries() + 1);
        }
        observer.reached(ProtocolPoint.COM_COLLECTED);
        if (hasNothingToSay(open, tip, chunks)) {
            state.close();
            state.setTries(0);
            return new Step.Await();
        }
        return new Step.Publish(plan(open, tip, chunks));
    }

    private boolean isStale(List<ChunkReady> chunks, Instant now) {
        Instant oldest = now.minus(settings.maxUncommittedAge());
        return chunks.stream().anyMatch(chunk -> chunk.storedAt().isBefore(oldest));
    }

    private boolean hasNothingToSay(OpenRound open, Ledger tip, List<ChunkReady> chunks) {
        boolean counts = Ledger.total(perPartition(RoundDone::dead)) != Ledger.total(tip.dead());
        boolean last = open.isLast() && !open.round().position().equals(tip.position());
        return chunks.isEmpty() && open.round().close() == tip.closed() && !counts && !last;
    }

    private RoundPlan plan(OpenRound open, Ledger tip, List<ChunkReady> chunks) {
        Round round = open.round();
        Ledger next = new Ledger(
                Ledger.LAYOUT,
                tip.id(),
                tip.sequence() + 1,
                Optional.of(round.round()),
                round.position(),
                round.close(),
                round.finalBefore(),
                floor(round),
                tip.start(),
                perPartition(RoundDone::accepted),
                perPartition(RoundDone::dead),
                perPartition(RoundDone::cells),
                open.bad(),
                open.skipped(),
                open.greatestEventMicros(),
                open.watermarkMicros(),
                tip.lastDay(),
                tip.clusterId(),
                tip.topicIds(),
                tip.layoutHash());
        return new RoundPlan(round, next, planner.dayEndedBy(tip, round.close()), chunks);
    }

    /** Rule P13: the smallest offset that a restart without state has to read, never above the position. */
    private Offsets floor(Round round) {
        Offsets floor = round.position();
        for (RoundDone done : state.done()) {
            floor = floor.merge(done.need(), Math::min);
        }
        return floor;
    }

    private List<Long> perPartition(ToLongFunction<RoundDone> counter) {
        return new ArrayList<>(state.done().stream().map(counter::applyAsLong).toList());
    }

    private Step open(Ledger tip, Instant now) {
        SourceProgress progress = state.progress().map(present);
        Optional<RoundPlanner.Bounds> bounds = planner.bounds(tip, progress);
        if (bounds.isEmpty() || !isDue(bounds.get(), progress, tip, now)) {
            return new Step.Await();
        }
        Round round = new Round(
                roundIds.get(),
                incarnation,
                tip.base(),
                bounds.get().position(),
                bounds.get().close(),
                bounds.get().finalBefore());
        state.open(new OpenRound(
                round,
                now,
                progress.bad(),
                progress.skipped(),
                boxed(progress.greatestEventMicros()),
                boxed(progress.watermarkMicros()),
                progress.allEnded()));
        lastRound = now;
        windowsOfLastRound = round.close() - tip.closed();
        return new Step.Open(round);
    }

    /**
     * At once when windows close, but for a backlog: a round that closes several windows is followed by one that closes as many as it may,
     * or by what there is after a second. For late records alone every so often, and when a bounded run has ended.
     */
    private boolean isDue(RoundPlanner.Bounds bounds, SourceProgress progress, Ledger tip, Instant now) {
        if (bounds.close() > tip.closed()) {
            boolean backlog = windowsOfLastRound > 1 && now.isBefore(lastRound.plus(GATHERING));
            return !backlog || bounds.isFull() || progress.allEnded();
        }
        if (bounds.position().equals(tip.position())) {
            return false;
        }
        return progress.allEnded()
                || lastRound.equals(Instant.MIN)
                || !now.isBefore(lastRound.plus(settings.lateInterval()));
    }

    private static Optional<Long> boxed(OptionalLong value) {
        return value.isPresent() ? Optional.of(value.getAsLong()) : Optional.empty();
    }
}
