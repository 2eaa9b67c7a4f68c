package io.icestream.ingest.window;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.slice.ChunkAssembly;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds one chunk of every variable: merges blocks, encodes, stores. Holds all that it needs, so that any thread may run it; its result goes
 * back to the {@link AssemblerCore} that made it.
 */
public final class ChunkJob {

    private final int partition;
    private final Round round;
    private final ChunkKey chunk;
    private final ChunkAssembly assembly;
    private final boolean holdsBase;
    private final List<Block> blocks;
    private final int variables;

    ChunkJob(
            int partition,
            Round round,
            ChunkKey chunk,
            ChunkAssembly assembly,
            boolean holdsBase,
            List<Block> blocks,
            int variables) {
        this.partition = partition;
        this.round = round;
        this.chunk = chunk;
        this.assembly = assembly;
        this.holdsBase = holdsBase;
        this.blocks = List.copyOf(blocks);
        this.variables = variables;
    }

    /**
     * A chunk that is built and stored.
     *
     * @param round the round that it was built for
     * @param chunk the chunk
     * @param messages one message per array
     * @param newCells cells that the round adds to the chunk
     * @param assembly the merged cells at the round's cut
     */
    public record Built(
            Round round, ChunkKey chunk, List<ChunkReady> messages, long newCells, ChunkAssembly assembly) {}

    /**
     * Does the work. Cost: one merge of the blocks, then one encode and one write per variable that has a value.
     *
     * @param sink where the chunks go
     * @param clock gives the time of storing
     * @return what was built
     */
    public Built run(ChunkSink sink, InstantSource clock) {
        if (!holdsBase) {
            blocks.forEach(block -> assembly.add(block, round.base().cut(), Optional.empty()));
        }
        long before = assembly.cells();
        blocks.forEach(block ->
                assembly.add(block, round.cut(), Optional.of(round.base().cut())));
        return new Built(round, chunk, store(sink, clock), assembly.cells() - before, assembly);
    }

    private List<ChunkReady> store(ChunkSink sink, InstantSource clock) {
        List<ChunkReady> messages = new ArrayList<>();
        ChunkIndex index = ChunkIndex.of(chunk.time(), chunk.station());
        for (int variable = 0; variable < variables; variable++) {
            if (assembly.hasData(variable)) {
                Instant storedAt = clock.instant();
                ChunkReference reference = sink.store(variable, assembly.values(variable));
                messages.add(
                        new ChunkReady(partition, round.round(), sink.array(variable), index, reference, storedAt));
            }
        }
        return messages;
    }

    boolean isFor(Round other) {
        return round.round().equals(other.round());
    }

    /** {@return the chunk} */
    public ChunkKey chunk() {
        return chunk;
    }
}
