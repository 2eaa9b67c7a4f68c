package io.icestream.engine.maintenance;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.Relocations;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.Storage;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/**
 * Copies chunks into objects and notes where they are: {@value #ROUND_BYTES} bytes at a time, or one larger object. Chunks are
 * read around the cache, since nobody else wants them now. For one thread.
 */
final class PackWriter {
    private static final long ROUND_BYTES = 32L << 20;

    private final SessionContext context;
    private final Storage storage;
    private final RunMode mode;
    private final HollowPacks hollow;
    private final LongConsumer progress;
    private final Relocations relocations = new Relocations();
    private final SortedMap<NodePath, CompactionReport.Packed> packed = new TreeMap<>();
    private final List<Pack> round = new ArrayList<>();
    private Optional<Instant> oldest = Optional.empty();
    private long roundBytes;
    private long moved;
    private long waiting;
    private long unreadable;

    PackWriter(SessionContext context, Storage storage, RunMode mode, HollowPacks hollow, LongConsumer progress) {
        this.context = context;
        this.storage = storage;
        this.mode = mode;
        this.hollow = hollow;
        this.progress = progress;
    }

    Relocations relocations() {
        return relocations;
    }

    SortedMap<NodePath, CompactionReport.Packed> packed() {
        return packed;
    }

    long unreadable() {
        return unreadable;
    }

    /** Number of chunks that were moved, or are about to be. */
    long chunks() {
        return moved + waiting;
    }

    /** When the first object was written. */
    Optional<Instant> oldest() {
        return oldest;
    }

    void add(Pack pack) {
        if (mode == RunMode.DRY_RUN) {
            note(pack);
            return;
        }
        long bytes = pack.sizeBytes();
        if (!round.isEmpty() && roundBytes + bytes > ROUND_BYTES) {
            flush();
        }
        round.add(pack);
        waiting += pack.chunks().size();
        roundBytes += bytes;
    }

    private void note(Pack pack) {
        packed.merge(pack.array(), pack.count(), CompactionReport.Packed::plus);
        moved += pack.chunks().size();
        hollow.moved(pack);
        progress.accept(moved);
    }

    /** Writes what is there. */
    void flush() {
        if (round.isEmpty()) {
            return;
        }
        if (oldest.isEmpty()) {
            oldest = Optional.of(context.clock().instant());
        }
        List<Filled> filled = fill();
        List<ChunkReference.Native> written =
                context.parallel().map(filled, object -> context.assets().writeChunk(object.bytes()));
        for (int i = 0; i < filled.size(); i++) {
            relocate(filled.get(i).pack(), written.get(i));
            note(filled.get(i).pack());
        }
        round.clear();
        waiting = 0;
        roundBytes = 0;
    }

    /** An object with the chunks that could be read. */
    private record Filled(Pack pack, ByteBuffer bytes) {}

    private List<Filled> fill() {
        List<SmallChunk> all =
                round.stream().flatMap(pack -> pack.chunks().stream()).toList();
        List<Optional<ByteBuffer>> contents = context.parallel().map(all, this::read);
        List<Filled> filled = new ArrayList<>();
        int next = 0;
        for (Pack pack : round) {
            List<SmallChunk> present = new ArrayList<>();
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(pack.sizeBytes()));
            for (SmallChunk chunk : pack.chunks()) {
                Optional<ByteBuffer> content = contents.get(next++);
                if (content.isPresent()) {
                    bytes.put(content.get());
                    present.add(chunk);
                } else {
                    unreadable++;
                }
            }
            if (!present.isEmpty()) {
                filled.add(new Filled(pack.of(present), bytes.flip()));
            }
        }
        return filled;
    }

    private Optional<ByteBuffer> read(SmallChunk chunk) {
        if (chunk.reference() instanceof ChunkReference.Inline inline) {
            return Optional.of(inline.bytes().asByteBuffer());
        }
        ChunkReference.Native stored = (ChunkReference.Native) chunk.reference();
        try {
            return Optional.of(storage.fetchRange(
                    ObjectKind.CHUNK.key(stored.id().high(), stored.id().low()), stored.offset(), stored.length()));
        } catch (ObjectNotFoundException e) {
            // Verification names it. Others are moved all the same.
            return Optional.empty();
        }
    }

    private void relocate(Pack pack, ChunkReference.Native object) {
        long offset = 0;
        for (SmallChunk chunk : pack.chunks()) {
            long length = chunk.reference().length();
            relocations.add(chunk.reference(), new ChunkReference.Native(object.id(), offset, length));
            offset += length;
        }
    }
}
