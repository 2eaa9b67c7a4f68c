package io.icestream.ingest.topology;

import io.icestream.ingest.config.ErrorSettings;
import io.icestream.ingest.decode.ObservationDecoder;
import io.icestream.ingest.decode.RegistryUnavailableException;
import io.icestream.ingest.protocol.SourcePartition;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.FixedKeyProcessor;
import org.apache.kafka.streams.processor.api.FixedKeyProcessorContext;
import org.apache.kafka.streams.processor.api.FixedKeyRecord;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Decodes observations into columns on the heap.
 *
 * <p>The columns have to go out just before the transaction commits, and Kafka Streams has no call for that. But it flushes the caches of
 * its stores there. So the first record after a drain forwards a marker into a table whose store is cached and in memory; the flush of
 * this cache forwards the marker to the {@link DrainProcessor}. When the columns grow too large a marker goes there directly. The marker's
 * timestamp is constant, as the table would complain of a time that goes back.
 */
final class DecodeProcessor implements FixedKeyProcessor<MarkerKey, byte[], byte[]> {

    private static final byte[] MARKER = {1};
    private static final long HEAP_LIMIT_BYTES = 2L << 20;

    private final IngestParts parts;
    private @Nullable Running running;

    DecodeProcessor(IngestParts parts) {
        this.parts = parts;
    }

    private record Running(
            FixedKeyProcessorContext<MarkerKey, byte[]> context,
            DecodeHeap heap,
            ObservationDecoder decoder,
            RegistryPatience patience) {}

    @Override
    public void init(FixedKeyProcessorContext<MarkerKey, byte[]> context) {
        DecodeTask task = DecodeTask.open(context, parts);
        running = new Running(
                context,
                task.heap(),
                parts.decoder(),
                new RegistryPatience(parts.listener(), parts.config().registry()));
    }

    @Override
    public void process(FixedKeyRecord<MarkerKey, byte[]> record) {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("Processor is not initialised");
        }
        try {
            process(now, record);
        } catch (org.apache.kafka.common.errors.TimeoutException e) {
            throw new InterruptedWorkException("Kafka did not answer in time in decode", e);
        }
    }

    private void process(Running now, FixedKeyRecord<MarkerKey, byte[]> record) {
        RecordMetadata metadata = now.context.recordMetadata().orElseThrow();
        long offset = metadata.offset();
        SourceState source = now.heap.source(metadata.topic(), metadata.partition());
        boolean accepted = decode(now, record, source, offset);
        source.read(offset, now.context.currentSystemTimeMs());
        if (accepted) {
            source.accepted(now.decoder.eventMicros());
        } else {
            reject(now, record, source.source(), offset, source.rejected());
        }
        if (!now.heap.mark()) {
            now.context.forward(record.withValue(MARKER).withTimestamp(0), IngestTopology.DECODE_MARKER);
        }
        if (now.heap.buffers().sizeBytes() > HEAP_LIMIT_BYTES) {
            now.context.forward(record.withValue(MARKER).withTimestamp(0), IngestTopology.DECODE_DRAIN);
        }
    }

    private static boolean decode(
            Running now, FixedKeyRecord<MarkerKey, byte[]> record, SourceState source, long offset) {
        while (true) {
            try {
                boolean accepted = now.decoder.decode(
                        record.value(),
                        source.source(),
                        offset,
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

    private void reject(
            Running now, FixedKeyRecord<MarkerKey, byte[]> record, SourcePartition source, long offset, boolean isNew) {
        String detail = now.decoder.detail();
        if (parts.config().errors().tolerance() == ErrorSettings.Tolerance.NONE) {
            throw new HaltException(
                    "Record " + source + " offset " + offset + " cannot be used (" + now.decoder.reason()
                            + ": " + detail
                            + ") and errors.tolerance is none; correct the topic or set errors.tolerance to all");
        }
        if (isNew) {
            DeadLetter letter = new DeadLetter(
                    now.decoder.reason(),
                    parts.config().id(),
                    source,
                    offset,
                    Optional.of(record.timestamp()),
                    now.decoder.eventTime(),
                    detail);
            now.context.forward(
                    record.withHeaders(letter.headers(record.headers())), IngestTopology.DECODE_DEAD_LETTERS);
        }
    }
}
