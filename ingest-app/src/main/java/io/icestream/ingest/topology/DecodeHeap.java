package io.icestream.ingest.topology;

import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.BlockBuffers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;

/**
 * Rows, dead letters and positions of one decode task between two drains: a store without changelog that the decoding and the draining processor share.
 * What it holds is lost with the transaction that has read it, and read again.
 */
final class DecodeHeap implements StateStore {

    static final String NAME = "decode-heap";

    /** What a dead letter takes beside its value: headers, for the most part. */
    private static final int LETTER_BYTES = 1_000;

    private final BlockBuffers buffers;
    private final List<SourceState> sources = new ArrayList<>();
    private final List<Record<byte[], byte[]>> rejected = new ArrayList<>();
    private long rejectedBytes;
    private boolean marked;
    private boolean open;

    DecodeHeap(BlockBuffers buffers) {
        this.buffers = buffers;
    }

    BlockBuffers buffers() {
        return buffers;
    }

    List<SourceState> sources() {
        return sources;
    }

    /** The state of the partition that a record comes from. */
    SourceState source(String topic, int partition) {
        for (SourceState source : sources) {
            SourcePartition of = source.source();
            if (of.partition() == partition && of.topic().equals(topic)) {
                return source;
            }
        }
        throw new HaltException("Source partition " + topic + "-" + partition
                + " appeared while the ingest was running; restart all members, so that they know of it");
    }

    /** Keeps a dead letter for the next drain. */
    void reject(Record<byte[], byte[]> letter) {
        rejected.add(letter);
        rejectedBytes += LETTER_BYTES + (letter.value() == null ? 0 : letter.value().length);
    }

    /** Gives out the dead letters in the order of their records. */
    void drainRejected(Consumer<Record<byte[], byte[]>> sink) {
        rejected.forEach(sink);
        rejected.clear();
        rejectedBytes = 0;
    }

    /** About how much memory is taken. */
    long sizeBytes() {
        return buffers.sizeBytes() + rejectedBytes;
    }

    /** Tells whether the next flush of the cache will drain, and makes sure that it will. */
    boolean mark() {
        boolean before = marked;
        marked = true;
        return before;
    }

    void drained() {
        marked = false;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        context.register(root, (key, value) -> {});
        open = true;
    }

    @Override
    public void close() {
        buffers.discard();
        rejected.clear();
        rejectedBytes = 0;
        sources.clear();
        open = false;
    }

    @Override
    public boolean persistent() {
        return false;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    /** Makes the heap of each task. */
    record Builder(IngestParts parts) implements StoreBuilder<DecodeHeap> {

        @Override
        public StoreBuilder<DecodeHeap> withCachingEnabled() {
            return this;
        }

        @Override
        public StoreBuilder<DecodeHeap> withCachingDisabled() {
            return this;
        }

        @Override
        public StoreBuilder<DecodeHeap> withLoggingEnabled(Map<String, String> config) {
            throw new UnsupportedOperationException("Rows on the heap have no changelog");
        }

        @Override
        public StoreBuilder<DecodeHeap> withLoggingDisabled() {
            return this;
        }

        @Override
        public DecodeHeap build() {
            return new DecodeHeap(new BlockBuffers(
                    parts.grid(),
                    parts.config().dataset().variables().size(),
                    parts.init().incarnation()));
        }

        @Override
        public Map<String, String> logConfig() {
            return Map.of();
        }

        @Override
        public boolean loggingEnabled() {
            return false;
        }

        @Override
        public String name() {
            return NAME;
        }
    }
}
