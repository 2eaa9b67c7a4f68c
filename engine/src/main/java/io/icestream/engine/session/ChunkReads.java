package io.icestream.engine.session;

import io.icestream.engine.asset.ReadPlan;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.zarr.StoredBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads many chunks of one array: all are looked up, then neighbours in one object are read together. Thread-safe. */
final class ChunkReads {
    private final SessionContext context;
    private final ChunkFinder finder;

    ChunkReads(SessionContext context, ChunkFinder finder) {
        this.context = context;
        this.finder = finder;
    }

    /** Gives each chunk to the consumer, from several threads. */
    void read(Collection<ChunkIndex> chunks, Session.ChunkConsumer consumer) {
        List<Map.Entry<ChunkIndex, ChunkReference>> present = new ArrayList<>();
        for (Map.Entry<ChunkIndex, Optional<ChunkReference>> chunk : locate(chunks)) {
            chunk.getValue()
                    .ifPresentOrElse(
                            reference -> present.add(Map.entry(chunk.getKey(), reference)),
                            () -> consumer.accept(chunk.getKey(), Optional.empty()));
        }
        context.parallel().map(ReadPlan.group(present, Map.Entry::getValue), run -> {
            readRun(run, consumer);
            return run;
        });
    }

    private List<Map.Entry<ChunkIndex, Optional<ChunkReference>>> locate(Collection<ChunkIndex> chunks) {
        return context.parallel().map(List.copyOf(chunks), chunk -> Map.entry(chunk, finder.find(chunk)));
    }

    private void readRun(List<Map.Entry<ChunkIndex, ChunkReference>> run, Session.ChunkConsumer consumer) {
        List<ByteBuffer> stored =
                context.fetchTogether(run.stream().map(Map.Entry::getValue).toList());
        for (int i = 0; i < stored.size(); i++) {
            consumer.accept(run.get(i).getKey(), Optional.of(stored.get(i)));
        }
    }

    /** Gives each chunk to the consumer, from several threads, to be read in parts. */
    void open(Collection<ChunkIndex> chunks, Session.PartsConsumer consumer) {
        context.parallel().map(List.copyOf(chunks), chunk -> {
            consumer.accept(chunk, finder.find(chunk).map(reference -> storedBytes(reference)));
            return chunk;
        });
    }

    private StoredBytes storedBytes(ChunkReference reference) {
        return new StoredBytes() {
            @Override
            public long sizeBytes() {
                return reference.length();
            }

            @Override
            public ByteBuffer read(long offset, int length) {
                return context.fetchChunkPart(reference, new ByteRange(offset, length));
            }
        };
    }
}
