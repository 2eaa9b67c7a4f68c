package io.icestream.ingest.topology;

import io.icestream.ingest.config.WatermarkSettings;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.ProtocolPoint;
import java.time.Duration;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Sends what lies on the heap of a decode task: blocks and dead letters first, then the task's entries, then {@link Progress} (rule P1). It runs when the
 * marker table's cache is flushed, which is part of every commit, when the heap is full, and every second.
 */
final class DrainProcessor implements Processor<byte[], byte[], byte[], Object> {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final IngestParts parts;
    private @org.jspecify.annotations.Nullable Running running;

    DrainProcessor(IngestParts parts) {
        this.parts = parts;
    }

    private record Running(ProcessorContext<byte[], Object> context, DecodeTask task) {}

    @Override
    public void init(ProcessorContext<byte[], Object> context) {
        running = new Running(context, DecodeTask.open(context, parts));
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> drain());
    }

    @Override
    public void process(Record<byte[], byte[]> marker) {
        drain();
    }

    private void drain() {
        Running now = running;
        if (now != null) {
            InterruptedWorkException.guard("decode", () -> drain(now.context(), now.task()));
        }
    }

    private void drain(ProcessorContext<byte[], Object> context, DecodeTask task) {
        long millis = context.currentSystemTimeMs();
        if (!task.heap().buffers().isEmpty()) {
            parts.observer().reached(ProtocolPoint.DECODE_PROGRESS_BEFORE_DRAIN);
        }
        task.heap()
                .buffers()
                .drain((chunk, block) -> context.forward(
                        new Record<>(null, new SlotMessage.Rows(chunk, block), millis), IngestTopology.DECODE_SLOTS));
        task.heap().drainRejected(letter -> context.forward(letter, IngestTopology.DECODE_DEAD_LETTERS));
        task.heap().drained();
        for (SourceState source : task.heap().sources()) {
            if (source.takeChanged()) {
                task.store(source);
            }
            announce(context, source, millis);
        }
        parts.observer().reached(ProtocolPoint.DECODE_DRAINED);
    }

    private void announce(ProcessorContext<byte[], Object> context, SourceState source, long millis) {
        WatermarkSettings watermark = parts.config().watermark();
        Progress progress =
                source.takeProgress(parts.ends(), watermark.maxOutOfOrderness(), watermark.idleTimeout(), millis);
        if (progress != null) {
            context.forward(new Record<>(null, progress, millis), IngestTopology.DECODE_PROGRESS);
        }
    }
}
