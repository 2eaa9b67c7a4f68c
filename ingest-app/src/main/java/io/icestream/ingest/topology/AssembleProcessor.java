package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.engine.storage.StorageException;
import io.icestream.ingest.config.LateSettings;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.ProtocolPoint;
import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.window.AssemblerCore;
import io.icestream.ingest.window.ChunkJob;
import io.icestream.ingest.window.LateRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Drives the {@link AssemblerCore} of one partition of {@code slots}. The stream thread stores blocks and reads those of a chunk; an executor
 * merges, encodes and stores; a wall-clock tick takes the results in. What the executor returns after the task was closed is dropped: the
 * next owner builds those chunks again.
 */
final class AssembleProcessor implements Processor<byte[], byte[], byte[], Object> {

    static final String BLOCKS = "assemble-blocks";
    static final String META = "assemble-meta";

    private static final Duration TICK = Duration.ofMillis(10);
    private static final int JOBS_AT_ONCE = 8;

    private final IngestParts parts;
    private final BusyAssemblers busy;
    private final List<Running> running = new ArrayList<>();
    private final Outage outage;
    private @Nullable Task task;

    /** When the first chunks of the round went out while others were being built; empty if there are none. */
    private Optional<Instant> partlyAnswered = Optional.empty();

    AssembleProcessor(IngestParts parts, BusyAssemblers busy) {
        this.parts = parts;
        this.busy = busy;
        this.outage = new Outage(parts.listener(), "the repository's storage");
    }

    private record Task(ProcessorContext<byte[], Object> context, AssemblerCore core) {

        int partition() {
            return context.taskId().partition();
        }
    }

    private record Running(ChunkJob job, CompletableFuture<ChunkJob.Built> result) {}

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        int partition = context.taskId().partition();
        KafkaStateTable meta = new KafkaStateTable(context.getStateStore(META));
        StoreOwner.check(
                meta,
                "assemble",
                parts.config().slotsTopic(),
                partition,
                parts.init().slots().get(partition),
                parts);
        AssemblerCore core = new AssemblerCore(
                partition,
                parts.init().incarnation(),
                parts.init().ledger().sequence(),
                parts.grid(),
                parts.config().dataset().variables(),
                new KafkaStateTable(context.getStateStore(BLOCKS)),
                meta);
        task = new Task(context, core);
        context.schedule(
                TICK,
                PunctuationType.WALL_CLOCK_TIME,
                now -> InterruptedWorkException.guard("assemble", () -> {
                    StoreOwner.sign(meta, parts.init());
                    tick(task());
                }));
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        InterruptedWorkException.guard("assemble", () -> {
            if (SlotMessage.isRound(record.value())) {
                onRound(task(), ProtocolJson.decode(record.value(), Round.class));
            } else {
                task().core().onBlock(Block.decode(record.value()));
                parts.observer().reached(ProtocolPoint.ASM_BLOCK_STORED);
            }
        });
    }

    @Override
    public void close() {
        if (task != null) {
            busy.end(task.partition());
        }
        running.forEach(job -> job.result().cancel(false));
        running.clear();
        task = null;
    }

    private Task task() {
        Task now = task;
        if (now == null) {
            throw new IllegalStateException("Processor is not initialised");
        }
        return now;
    }

    private void onRound(Task now, Round round) {
        AssemblerCore.Started started = now.core().onRound(round);
        busy.begin(now.partition());
        partlyAnswered = Optional.empty();
        parts.observer().reached(ProtocolPoint.ASM_ROUND_STORED);
        if (!started.late().isEmpty() && parts.config().late().policy() != LateSettings.Policy.DROP) {
            started.late().forEach(row -> sendLate(now.context(), row));
            parts.observer().reached(ProtocolPoint.ASM_DEAD_LETTER_UNCOMMITTED);
        }
        started.refusal().ifPresent(refusal -> {
            answer(now.context(), refusal);
            busy.end(now.partition());
        });
        tick(now);
    }

    private void tick(Task now) {
        takeResults(now);
        startJobs(now);
        now.core().finish().ifPresent(done -> {
            answer(now.context(), done);
            parts.observer().reached(ProtocolPoint.ASM_DONE_UNCOMMITTED);
            if (busy.end(now.partition())) {
                now.context().commit();
            }
        });
    }

    private void startJobs(Task now) {
        if (outage.lasts(parts.clock().instant())) {
            return;
        }
        while (running.size() < JOBS_AT_ONCE) {
            Optional<ChunkJob> job = now.core().nextJob();
            if (job.isEmpty()) {
                return;
            }
            running.add(new Running(
                    job.get(),
                    CompletableFuture.supplyAsync(
                            () -> job.get().run(parts.chunks(), parts.clock()), parts.builders())));
        }
    }

    private void takeResults(Task now) {
        if (partlyAnswered.isPresent()
                && !running.isEmpty()
                && parts.clock().instant().isAfter(partlyAnswered.get().plus(parts.commitInterval()))) {
            parts.observer().reached(ProtocolPoint.ASM_SOME_CHUNKS_COMMITTED);
            partlyAnswered = Optional.empty();
        }
        boolean answered = false;
        for (Iterator<Running> jobs = running.iterator(); jobs.hasNext(); ) {
            Running job = jobs.next();
            if (job.result().isDone()) {
                jobs.remove();
                answered |= takeResult(now, job);
            }
        }
        if (answered && !running.isEmpty() && partlyAnswered.isEmpty()) {
            partlyAnswered = Optional.of(parts.clock().instant());
        }
    }

    private boolean takeResult(Task now, Running job) {
        try {
            ChunkJob.Built built = job.result().join();
            parts.observer().reached(ProtocolPoint.ASM_PUT_DONE);
            outage.worked();
            List<CommitMessage.ChunkReady> messages = now.core().onBuilt(built);
            messages.forEach(message -> answer(now.context(), message));
            return !messages.isEmpty();
        } catch (CompletionException e) {
            retryLater(now, job, e);
            return false;
        }
    }

    private void retryLater(Task now, Running job, CompletionException failure) {
        if (!(failure.getCause() instanceof StorageException storage)) {
            throw failure;
        }
        if (storage.retry() == StorageException.Retry.CANNOT_HELP) {
            throw new HaltException("Cannot store a chunk: " + storage.getMessage());
        }
        outage.failed(parts.clock().instant(), String.valueOf(storage.getMessage()));
        now.core().onFailed(job.job());
    }

    private static void answer(ProcessorContext<byte[], Object> context, CommitMessage message) {
        context.forward(new Record<>(null, message, context.currentSystemTimeMs()), IngestTopology.ASSEMBLE_ANSWERS);
    }

    private void sendLate(ProcessorContext<byte[], Object> context, LateRow row) {
        DeadLetter letter = new DeadLetter(
                Reason.LATE,
                parts.config().id(),
                row.source(),
                row.offset(),
                Optional.empty(),
                Optional.of(row.time()),
                "its chunk is final: it came later than late.horizon after the end of its window");
        String station = parts.config().dataset().stations().labels().get(row.station());
        byte[] value =
                ProtocolJson.encode(Map.of("time", row.time().toString(), "station", station, "values", row.values()));
        context.forward(
                new Record<>(
                        station.getBytes(UTF_8),
                        value,
                        context.currentSystemTimeMs(),
                        letter.headers(new RecordHeaders())),
                IngestTopology.ASSEMBLE_DEAD_LETTERS);
    }
}
