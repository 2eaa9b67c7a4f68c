package io.icestream.ingest.topology;

import io.icestream.ingest.config.ErrorSettings;
import io.icestream.ingest.decode.ObservationDecoder;
import io.icestream.ingest.decode.RegistryUnavailableException;
import io.icestream.ingest.protocol.SourcePartition;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decodes observations, which come in batches ({@link SourceBatch}), into columns on the heap.
 *
 * <p>The columns have to go out just before the transaction commits, and Kafka Streams has no call for that. But it flushes the caches of
 * its stores there. So the first record after a drain forwards a marker into a table whose store is cached and in memory; the flush of
 * this cache forwards the marker to the {@link DrainProcessor}. When the heap grows too large a marker goes there directly. The marker's
 * timestamp is constant, as the table would complain of a time that goes back.
 */
final class DecodeProcessor implements FixedKeyProcessor<byte[], byte[], byte[]> {

    private static final byte[] MARKER = {1};
    private static final long HEAP_LIMIT_BYTES = 2L << 20;

    private final IngestParts parts;
    private @Nullable Running running;

    DecodeProcessor(IngestParts parts) {
        this.parts = parts;
    }

    private record Running(
            FixedKeyProcessorContext<byte[], byte[]> context,
            DecodeHeap heap,
            ObservationDecoder decoder,
            RegistryPatience patience) {}

    @Override
    public void init(FixedKeyProcessorContext<byte[], byte[]> context) {
        DecodeTask task = DecodeTask.open(context, parts);
        running = new Running(
                context,
                task.heap(),
                parts.decoder(),
                new RegistryPatience(parts.listener(), parts.config().registry()));
    }

    @Override
    public void process(FixedKeyRecord<byte[], byte[]> record) {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("Processor is not initialised");
        }
        try {
            RecordMetadata metadata = now.context.recordMetadata().orElseThrow();
            SourceState source = now.heap.source(metadata.topic(), metadata.partition());
            long millis = now.context.currentSystemTimeMs();
            SourceBatch batch = SourceBatch.read(record.value());
            while (batch.next()) {
                process(now, batch, source, millis);
                mark(now, record);
            }
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw new InterruptedWorkException("Kafka did not answer in time in decode", e);
        }
    }

    private void process(Running now, SourceBatch record, SourceState source, long millis) {
        boolean accepted = decode(now, record, source);
        source.read(record.offset(), millis);
        if (accepted) {
            source.accepted(now.decoder.eventMicros());
        } else {
            reject(now, record, source.source(), source.rejected());
        }
    }

    private static void mark(Running now, FixedKeyRecord<byte[], byte[]> record) {
        if (!now.heap.mark()) {
            now.context.forward(record.withValue(MARKER).withTimestamp(0), IngestTopology.DECODE_MARKER);
        }
        if (now.heap.sizeBytes() > HEAP_LIMIT_BYTES) {
            now.context.forward(record.withValue(MARKER).withTimestamp(0), IngestTopology.DECODE_DRAIN);
        }
    }

    private static boolean decode(Running now, SourceBatch record, SourceState source) {
        while (true) {
            try {
                boolean accepted = now.decoder.decode(
                        record.value(),
                        source.source(),
                        record.offset(),
                        record.timestamp(),
                        source.origin(),
                        now.heap.buffers());
                now.patience.answered();
                return accepted;
            } catch (RegistryUnavailableException e) {
                now.patience.await(e);
            }
        }
    }

    private void reject(Running now, SourceBatch record, SourcePartition source, boolean isNew) {
        String detail = now.decoder.detail();
        if (parts.config().errors().tolerance() == ErrorSettings.Tolerance.NONE) {
            throw new HaltException("Record " + source + " offset " + record.offset() + " cannot be used ("
                    + now.decoder.reason() + ": " + detail
                    + ") and errors.tolerance is none; correct the topic or set errors.tolerance to all");
        }
        if (isNew) {
            DeadLetter letter = new DeadLetter(
                    now.decoder.reason(),
                    parts.config().id(),
                    source,
                    record.offset(),
                    Optional.of(record.timestamp()),
                    now.decoder.eventTime(),
                    detail);
            now.heap.reject(new Record<>(
                    record.key(), record.value(), Math.max(0, record.timestamp()), letter.headers(record.headers())));
        }
    }
}
