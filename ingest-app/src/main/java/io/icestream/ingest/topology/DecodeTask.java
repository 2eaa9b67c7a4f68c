package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.decode.TimestampOrigin;
import io.icestream.ingest.protocol.ProtocolJson;
import io.icestream.ingest.protocol.SourcePartition;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The stores of a decode task, opened by whichever of its processors comes first: the heap, and one changelogged entry per source
 * partition that the heap starts from.
 */
final class DecodeTask {

    static final String ENTRIES = "decode-sources";

    private final DecodeHeap heap;
    private final KeyValueStore<Bytes, byte[]> entries;

    private DecodeTask(DecodeHeap heap, KeyValueStore<Bytes, byte[]> entries) {
        this.heap = heap;
        this.entries = entries;
    }

    /** Opens the stores; refuses a store that lost what the group's offset says it has processed (rule P16). */
    static DecodeTask open(ProcessingContext context, IngestParts parts) {
        DecodeTask task = new DecodeTask(context.getStateStore(DecodeHeap.NAME), context.getStateStore(ENTRIES));
        if (task.heap.sources().isEmpty()) {
            for (SourcePartition source : parts.sources()) {
                if (source.partition() == context.taskId().partition()) {
                    task.load(source, parts, context.currentSystemTimeMs());
                }
            }
        }
        return task;
    }

    private void load(SourcePartition source, IngestParts parts, long nowMillis) {
        byte[] stored = entries.get(key(source));
        SourceEntry entry;
        if (stored == null) {
            entry = SourceEntry.initial(parts.init(), source);
            parts.requireUnread("decode", source.topic(), source.partition(), entry.position());
        } else {
            entry = ProtocolJson.decode(stored, SourceEntry.class);
            parts.requireOwn("decode", entry.incarnation());
        }
        TimestampOrigin origin = parts.origins().getOrDefault(source.topic(), TimestampOrigin.PRODUCER);
        heap.sources().add(new SourceState(source, origin, entry, nowMillis));
    }

    DecodeHeap heap() {
        return heap;
    }

    void store(SourceState source) {
        entries.put(key(source.source()), ProtocolJson.encode(source.entry()));
    }

    private static Bytes key(SourcePartition source) {
        return Bytes.wrap(source.toString().getBytes(UTF_8));
    }
}
