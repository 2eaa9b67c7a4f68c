package io.icestream.ingest.topology;

import io.icestream.engine.storage.StorageException;
import io.icestream.ingest.commit.PublishResult;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.tagging.TagResult;
import io.icestream.ingest.window.CommitterCore;
import io.icestream.ingest.window.RoundPlanner;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Drives the {@link CommitterCore}: messages in, rounds and events out. Calls on the repository run on an executor, one at a time; a
 * wall-clock tick takes their results in and asks the core what is next. A call that is under way when the task is closed may still take
 * effect; the next owner learns so from the ledger.
 */
final class CommitProcessor implements Processor<byte[], byte[], byte[], Object> {

    static final String STATE = "commit-state";

    private static final Duration TICK = Duration.ofMillis(10);

    private final IngestParts parts;
    private final Outage outage;
    private @Nullable Task task;
    private @Nullable Call<?> call;
    private @Nullable String halted;

    /** Whether something was sent that should not wait for the next commit by itself. */
    private boolean uncommitted;

    CommitProcessor(IngestParts parts) {
        this.parts = parts;
        this.outage = new Outage(
                parts.listener(),
                "the repository " + parts.config().repository().location());
    }

    private record Task(ProcessorContext<byte[], Object> context, CommitterCore core) {}

    /** A call on the repository and what to do with its result. */
    private record Call<T>(CompletableFuture<T> result, Consumer<T> then) {

        boolean isDone() {
            return result.isDone();
        }

        void finish() {
            then.accept(result.join());
        }
    }

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        RoundPlanner planner = new RoundPlanner(
                parts.grid(),
                parts.sources(),
                parts.config().commit(),
                parts.config().late());
        CommitterCore core = new CommitterCore(
                parts.init().incarnation(),
                parts.init().ledger().slotPartitions(),
                planner,
                parts.config().commit(),
                parts.config().tags().enabled(),
                this::present,
                new KafkaStateTable(context.getStateStore(STATE)),
                parts.roundIds(),
                parts.observer());
        task = new Task(context, core);
        context.schedule(
                TICK,
                PunctuationType.WALL_CLOCK_TIME,
                now -> InterruptedWorkException.guard("commit", () -> tick(task())));
    }

    private Progress present(Progress said) {
        return said.withEnd(
                said.idle() && parts.ends().isReadToEnd(said.source(), said.position()),
                said.ended() && parts.ends().isEnded(said.source(), said.position()));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        InterruptedWorkException.guard(
                "commit", () -> task().core().onMessage(ProtocolJson.decode(record.value(), CommitMessage.class)));
    }

    @Override
    public void close() {
        Call<?> open = call;
        if (open != null) {
            open.result().cancel(false);
            parts.activity().end();
        }
        call = null;
        task = null;
        uncommitted = false;
    }

    private Task task() {
        Task now = task;
        if (now == null) {
            throw new IllegalStateException("Processor is not initialised");
        }
        return now;
    }

    private void tick(Task now) {
        if (halted != null) {
            throw new HaltException(halted);
        }
        takeResult(now);
        boolean goOn = true;
        while (goOn && call == null && !outage.lasts(parts.clock().instant())) {
            goOn = perform(now, now.core().next(parts.clock().instant()));
        }
        if (uncommitted && call == null) {
            // Not before the tag of the day is there and the next round is open: one transaction for all of it.
            uncommitted = false;
            now.context().commit();
        }
    }

    private void takeResult(Task now) {
        Call<?> open = call;
        if (open == null || !open.isDone()) {
            return;
        }
        call = null;
        try {
            open.finish();
        } catch (CompletionException e) {
            failed(now, e);
        } finally {
            parts.activity().end();
        }
    }

    private void failed(Task now, CompletionException failure) {
        if (failure.getCause() instanceof StorageException storage
                && storage.retry() == StorageException.Retry.CAN_HELP) {
            outage.failed(parts.clock().instant(), String.valueOf(storage.getMessage()));
        } else if (failure.getCause() instanceof HaltException || failure.getCause() instanceof StorageException) {
            now.core().onFailed(String.valueOf(failure.getCause().getMessage()));
        } else {
            throw failure;
        }
    }

    /** Does one step; whether the core is to be asked again at once. */
    private boolean perform(Task now, CommitterCore.Step step) {
        if (step instanceof CommitterCore.Step.Open open) {
            sendRound(now, open.round());
        } else if (step instanceof CommitterCore.Step.ReadLedger) {
            call(parts.publisher()::fetchLedger, ledger -> now.core().onLedger(ledger));
        } else if (step instanceof CommitterCore.Step.Publish publish) {
            call(() -> parts.publisher().publish(publish.plan()), result -> published(now, result));
        } else if (step instanceof CommitterCore.Step.Tag tag) {
            parts.observer().reached(ProtocolPoint.COM_PUBLISHED_UNTAGGED);
            call(() -> parts.publisher().tag(tag.day()), result -> tagged(now, tag.day(), result));
        } else if (step instanceof CommitterCore.Step.Halt halt) {
            halt(now, halt.reason());
        } else {
            return false;
        }
        return halted == null;
    }

    private <T> void call(Supplier<T> work, Consumer<T> then) {
        parts.activity().begin();
        call = new Call<>(CompletableFuture.supplyAsync(work, parts.committer()), then);
    }

    private void sendRound(Task now, Round round) {
        now.context()
                .forward(
                        new Record<>(
                                null,
                                new SlotMessage.Barrier(round),
                                now.context().currentSystemTimeMs()),
                        IngestTopology.COMMIT_ROUNDS);
        parts.observer().reached(ProtocolPoint.COM_ROUND_OPEN_UNCOMMITTED);
        uncommitted = true;
    }

    private void published(Task now, PublishResult result) {
        Instant time = parts.clock().instant();
        if (result instanceof PublishResult.Published done) {
            announce(now, done.ledger());
        } else if (result instanceof PublishResult.AlreadyPublished done) {
            announce(now, done.ledger());
        } else if (result instanceof PublishResult.Superseded superseded) {
            outage.worked();
            now.core().onLedger(superseded.tip());
        } else if (result instanceof PublishResult.TooOld old) {
            outage.worked();
            parts.listener().warned(old.reason() + "; the round is built again");
            now.core().onTooOld();
        } else if (result instanceof PublishResult.Unavailable unavailable) {
            outage.failed(time, unavailable.reason());
        } else if (result instanceof PublishResult.Failed failed) {
            now.core().onFailed(failed.reason());
        }
    }

    private void announce(Task now, Ledger ledger) {
        outage.worked();
        long before = now.core().ledger().map(Ledger::closed).orElse(0L);
        now.core().onPublished(ledger);
        send(now, IngestEvents.published(parts.config().id(), ledger));
        parts.listener().published(ledger, ledger.closed() - before);
        parts.observer().reached(ProtocolPoint.COM_PUBLISHED_UNCOMMITTED);
        uncommitted = true;
    }

    private void tagged(Task now, Ledger.EndedDay day, TagResult result) {
        if (result instanceof TagResult.Unavailable unavailable) {
            outage.failed(parts.clock().instant(), unavailable.reason());
            return;
        }
        outage.worked();
        now.core().onTagged(day);
        parts.observer().reached(ProtocolPoint.COM_TAG_LANDED);
        if (result instanceof TagResult.Created || result instanceof TagResult.AlreadyThere) {
            parts.listener().tagged(day.day(), result.tag(), day.snapshot());
        } else if (!(result instanceof TagResult.Disabled)) {
            parts.listener().warned("Day " + day.day() + " is not tagged: " + result);
        }
        send(
                now,
                IngestEvents.tagged(parts.config().id(), day, result, now.core().ledger()));
    }

    private void halt(Task now, String reason) {
        halted = reason;
        send(now, IngestEvents.halted(parts.config().id(), reason, now.core().ledger()));
        uncommitted = true;
    }

    private void send(Task now, byte[] event) {
        now.context()
                .forward(new Record<>(null, event, now.context().currentSystemTimeMs()), IngestTopology.COMMIT_EVENTS);
    }
}
