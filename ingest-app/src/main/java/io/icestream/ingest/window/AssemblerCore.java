package io.icestream.ingest.window;

import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.CommitMessage.Refused;
import io.icestream.ingest.protocol.CommitMessage.RoundDone;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.protocol.RoundBase;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.slice.ChunkAssembly;
import io.icestream.ingest.slice.DatasetGrid;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The assembler of one partition of {@code slots} as a state machine: keeps blocks and answers rounds.
 *
 * <p>Protocol between the machine and its driver. Blocks and rounds go in as they are read. After {@link #onRound} the driver takes {@link
 * #nextJob jobs} until there is none, runs them on any thread, hands each result to {@link #onBuilt}, and sends the messages it gets. When all
 * are back {@link #finish} gives the last answer. The tables' changes are committed with the messages sent, over as many transactions as it
 * takes; after a restart the machine goes on where its tables are.
 *
 * <p>Rules: P4 a chunk holds the rows below the round's cut and no others; P5 a chunk is built again if it has a row that is in the cut and
 * not in the base's; P6 marks carry the round id; P7 a base that is older than one seen is refused; P11 late rows; P12 blocks are dropped
 * under P11 only; P13 need; P14 counts follow from base and rows, not from processing.
 *
 * <p>Not thread-safe; only {@link ChunkJob#run} may run elsewhere.
 */
public final class AssemblerCore {

    private static final String ROUND = "round";
    private static final String BASE = "base";
    private static final String EMITTED = "emitted/";
    private static final String LATE = "late/";
    private static final int CACHED_CELLS = 4_000_000;

    private final int partition;
    private final String incarnation;
    private final DatasetGrid grid;
    private final List<VariableSettings> variables;
    private final BlockStore blocks;
    private final JsonTable meta;
    private final AssemblyCache cache;

    private long newestBase;
    private Optional<Answer> answer;

    /** The round in progress: what is still to be built, and the counts of the answer. */
    private static final class Answer {
        private final Round round;
        private final SortedSet<ChunkKey> waiting;
        private final Set<ChunkKey> building = new HashSet<>();
        private final long accepted;
        private final long dead;
        private int chunks;
        private long newCells;

        private Answer(Round round, SortedSet<ChunkKey> waiting, long accepted, long dead) {
            this.round = round;
            this.waiting = waiting;
            this.accepted = accepted;
            this.dead = dead;
        }

        private void count(ChunkKey chunk, Emitted mark) {
            waiting.remove(chunk);
            building.remove(chunk);
            chunks += mark.messages();
            newCells += mark.newCells();
        }
    }

    /** Mark of a chunk whose messages were sent. */
    record Emitted(String round, int messages, long newCells) {}

    /** Mark of late rows of one source partition in one chunk: those below {@code below} were dead-lettered. */
    record LateMark(SourcePartition source, long below) {}

    /**
     * What a round leads to at once.
     *
     * @param late rows to be dead-lettered now
     * @param refusal the answer if the round cannot be served
     */
    public record Started(List<LateRow> late, Optional<Refused> refusal) {

        public Started {
            late = List.copyOf(late);
        }
    }

    /**
     * Takes up the machine where its tables left it. Cost: one scan of the blocks.
     *
     * @param partition number of the partition of {@code slots}
     * @param incarnation messages of other incarnations are ignored (rule P17)
     * @param builtFrom sequence of the ledger that the incarnation started from; older bases are refused
     * @param grid the grid
     * @param variables the data arrays, in the order of the blocks' columns
     * @param blockTable the blocks
     * @param metaTable everything else
     */
    public AssemblerCore(
            int partition,
            String incarnation,
            long builtFrom,
            DatasetGrid grid,
            List<VariableSettings> variables,
            StateTable blockTable,
            StateTable metaTable) {
        this.partition = partition;
        this.incarnation = incarnation;
        this.grid = grid;
        this.variables = List.copyOf(variables);
        this.blocks = new BlockStore(blockTable);
        this.meta = new JsonTable(metaTable);
        this.cache = new AssemblyCache(CACHED_CELLS);
        this.newestBase = Math.max(builtFrom, meta.find(BASE, Long.class).orElse(0L));
        this.answer = meta.find(ROUND, Round.class).map(this::resume);
    }

    /**
     * Keeps a block; one of another incarnation has no effect.
     *
     * @param block the block
     */
    public void onBlock(Block block) {
        if (block.incarnation().equals(incarnation)) {
            blocks.add(block);
        }
    }

    /**
     * Takes up a round; it replaces an unfinished one. A round of another incarnation has no effect.
     *
     * @param round the round
     * @return what has to be sent at once
     */
    public Started onRound(Round round) {
        if (!round.incarnation().equals(incarnation)) {
            return new Started(List.of(), Optional.empty());
        }
        RoundBase base = round.base();
        if (base.sequence() < newestBase) {
            String reason =
                    "it continues from ledger " + base.sequence() + ", but rows were dropped on ledger " + newestBase;
            return new Started(List.of(), Optional.of(new Refused(partition, round.round(), reason)));
        }
        newestBase = base.sequence();
        meta.put(BASE, newestBase);
        meta.deleteAll(EMITTED);
        meta.put(ROUND, round);
        List<LateRow> late = settleFinalChunks(round);
        answer = Optional.of(plan(round));
        return new Started(late, Optional.empty());
    }

    private Answer resume(Round round) {
        Answer resumed = plan(round);
        for (ChunkKey chunk : List.copyOf(resumed.waiting)) {
            meta.find(EMITTED + chunk, Emitted.class)
                    .filter(mark -> mark.round().equals(round.round()))
                    .ifPresent(mark -> resumed.count(chunk, mark));
        }
        return resumed;
    }

    // P11: late rows
    // --------------------------------------------------------------------------------------------------------------------

    private boolean isFinal(ChunkKey chunk, long finalBefore) {
        return grid.endWindowOfChunk(chunk.time()) <= finalBefore;
    }

    private List<LateRow> settleFinalChunks(Round round) {
        List<LateRow> late = new ArrayList<>();
        for (ChunkKey chunk : List.copyOf(blocks.chunks())) {
            if (isFinal(chunk, round.base().finalBefore())) {
                cache.forget(chunk);
                settle(chunk, round, late);
            }
        }
        return late;
    }

    private void settle(ChunkKey chunk, Round round, List<LateRow> late) {
        Map<SourcePartition, Long> seen = new HashMap<>();
        for (BlockEntry entry : List.copyOf(blocks.entries(chunk))) {
            long published = round.base().position().at(entry.source());
            long cut = round.position().at(entry.source());
            if (entry.maxOffset() < published) {
                blocks.remove(chunk, entry);
            } else if (!entry.misses(published, cut)) {
                long from = Math.max(published, lateMark(chunk, entry.source()));
                addLateRows(blocks.load(entry), from, cut, late);
                seen.put(entry.source(), cut);
            }
        }
        seen.forEach((source, cut) ->
                meta.put(lateKey(chunk, source), new LateMark(source, Math.max(cut, lateMark(chunk, source)))));
        if (blocks.entries(chunk).isEmpty()) {
            meta.deleteAll(LATE + chunk + "/");
        }
    }

    private long lateMark(ChunkKey chunk, SourcePartition source) {
        return meta.find(lateKey(chunk, source), LateMark.class)
                .map(LateMark::below)
                .orElse(0L);
    }

    private static String lateKey(ChunkKey chunk, SourcePartition source) {
        return LATE + chunk + "/" + source;
    }

    private void addLateRows(Block block, long from, long to, List<LateRow> late) {
        for (int row = 0; row < block.rows(); row++) {
            long offset = block.offset(row);
            if (offset >= from && offset < to) {
                late.add(lateRow(block, row));
            }
        }
    }

    private LateRow lateRow(Block block, int row) {
        SortedMap<String, String> values = new TreeMap<>();
        for (int variable = 0; variable < variables.size(); variable++) {
            if (block.isPresent(variable, row)) {
                VariableSettings settings = variables.get(variable);
                long bits = block.bits(variable, row);
                values.put(
                        settings.name(),
                        settings.type().isFloat()
                                ? Double.toString(Double.longBitsToDouble(bits))
                                : Long.toString(bits));
            }
        }
        long slot = block.chunk().time() * grid.slotsPerChunk() + block.slotInChunk(row);
        return new LateRow(block.source(), block.offset(row), grid.timeOf(slot), block.station(row), values);
    }

    // P5, P14: what is built, what is counted
    // -------------------------------------------------------------------------------------------

    private Answer plan(Round round) {
        RoundBase base = round.base();
        SortedSet<ChunkKey> waiting = new TreeSet<>(BlockStore.ORDER);
        long accepted = base.accepted().get(partition);
        long dead = base.dead().get(partition);
        for (ChunkKey chunk : blocks.chunks()) {
            long rows = 0;
            boolean changed = false;
            for (BlockEntry entry : blocks.entries(chunk)) {
                long from = base.position().at(entry.source());
                long to = round.position().at(entry.source());
                long fresh = rowsIn(entry, from, to);
                rows += fresh;
                changed |= entry.window() < round.close()
                        && (fresh > 0 || (entry.window() >= base.closed() && entry.minOffset() < to));
            }
            if (isFinal(chunk, base.finalBefore())) {
                dead += rows;
            } else {
                accepted += rows;
                if (changed) {
                    waiting.add(chunk);
                }
            }
        }
        return new Answer(round, waiting, accepted, dead);
    }

    private long rowsIn(BlockEntry entry, long from, long to) {
        if (entry.liesIn(from, to)) {
            return entry.rows();
        }
        if (entry.misses(from, to)) {
            return 0;
        }
        Block block = blocks.load(entry);
        long rows = 0;
        for (int row = 0; row < block.rows(); row++) {
            rows += block.offset(row) >= from && block.offset(row) < to ? 1 : 0;
        }
        return rows;
    }

    // Jobs
    // ------------------------------------------------------------------------------------------------------------------------------

    /**
     * Gives the next chunk to build. Cost: reads its blocks from the table.
     *
     * @return a job, empty when all chunks of the round are built or being built
     */
    public Optional<ChunkJob> nextJob() {
        if (answer.isEmpty() || answer.get().waiting.isEmpty()) {
            return Optional.empty();
        }
        Answer current = answer.get();
        ChunkKey chunk = current.waiting.first();
        current.waiting.remove(chunk);
        current.building.add(chunk);
        return Optional.of(job(current.round, chunk));
    }

    /**
     * Gives a chunk back whose job failed; {@link #nextJob} gives it out again.
     *
     * @param job the job that failed
     */
    public void onFailed(ChunkJob job) {
        if (answer.isPresent()
                && job.isFor(answer.get().round)
                && answer.get().building.remove(job.chunk())) {
            answer.get().waiting.add(job.chunk());
        }
    }

    private ChunkJob job(Round round, ChunkKey chunk) {
        RoundBase base = round.base();
        Optional<ChunkAssembly> merged = cache.take(chunk, base.cut());
        List<Block> needed = new ArrayList<>();
        for (BlockEntry entry : blocks.entries(chunk)) {
            boolean inCut = entry.window() < round.close()
                    && entry.minOffset() < round.position().at(entry.source());
            boolean inBase = entry.window() < base.closed()
                    && entry.maxOffset() < base.position().at(entry.source());
            if (inCut && !(inBase && merged.isPresent())) {
                needed.add(blocks.load(entry));
            }
        }
        ChunkAssembly assembly = merged.orElseGet(() -> new ChunkAssembly(grid, variables, chunk));
        return new ChunkJob(partition, round, chunk, assembly, merged.isPresent(), needed, variables.size());
    }

    /**
     * Takes in a chunk that is stored; one that was built for another round has no effect.
     *
     * @param built the chunk
     * @return the messages to send
     */
    public List<ChunkReady> onBuilt(ChunkJob.Built built) {
        if (answer.isEmpty() || !answer.get().round.round().equals(built.round().round())) {
            return List.of();
        }
        cache.keep(built.chunk(), built.round().cut(), built.assembly());
        Emitted mark = new Emitted(built.round().round(), built.messages().size(), built.newCells());
        meta.put(EMITTED + built.chunk(), mark);
        answer.get().count(built.chunk(), mark);
        return built.messages();
    }

    /**
     * Ends the round.
     *
     * @return the last answer, once all chunks are built; empty before, and when there is no round
     */
    public Optional<RoundDone> finish() {
        if (answer.isEmpty()
                || !answer.get().waiting.isEmpty()
                || !answer.get().building.isEmpty()) {
            return Optional.empty();
        }
        Answer done = answer.get();
        answer = Optional.empty();
        meta.delete(ROUND);
        long cells = done.round.base().cells().get(partition) + done.newCells;
        return Optional.of(new RoundDone(
                partition, done.round.round(), done.chunks, need(done.round), done.accepted, done.dead, cells));
    }

    /** Rule P13: the smallest offset of any row of a chunk that is not final after the round. */
    private Offsets need(Round round) {
        TreeMap<SourcePartition, Long> need = new TreeMap<>();
        for (ChunkKey chunk : blocks.chunks()) {
            if (!isFinal(chunk, round.finalBefore())) {
                blocks.entries(chunk).forEach(entry -> need.merge(entry.source(), entry.minOffset(), Math::min));
            }
        }
        return Offsets.of(need);
    }
}
