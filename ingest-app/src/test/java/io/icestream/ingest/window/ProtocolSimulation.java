package io.icestream.ingest.window;

import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.config.CfTimeUnits;
import io.icestream.ingest.config.CommitSettings;
import io.icestream.ingest.config.DatasetSettings;
import io.icestream.ingest.config.LateSettings;
import io.icestream.ingest.config.StationAxis;
import io.icestream.ingest.config.TimeAxis;
import io.icestream.ingest.config.VariableSettings;
import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.CommitMessage;
import io.icestream.ingest.protocol.CommitMessage.Progress;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.Offsets;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.Round;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.Block;
import io.icestream.ingest.slice.BlockBuffers;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One random schedule of the whole protocol, seeded: real {@link AssemblerCore}s and a real {@link CommitterCore} on a simulated Kafka
 * (transactions per instance over all its tasks, readers stop at the first open transaction, zombies that are fenced only where their
 * transaction carries offsets) and a simulated repository (one conditional object; a request lands at any later time, its reply may be lost).
 *
 * <p>Faults: crashes, zombies, moved tasks, foreign commits, branch resets, lost stores, failing uploads, lost replies. Whenever a snapshot
 * lands it is compared with what a batch program makes of the source records below the ledger's position; at the end everything must be
 * published, tagged, dead-lettered and counted.
 */
final class ProtocolSimulation {

    /** A rule of the protocol did not hold. */
    static final class Violation extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    private static final String TOPIC = "source";
    private static final Instant ORIGIN = Instant.parse("2026-01-01T00:00:00Z");
    private static final int SERIES = 3;

    /** A source record: one observation of one station. */
    private record Rec(int q, long offset, int slot, int series, boolean bad, long version) {
        double value() {
            return q * 1_000_000.0 + offset;
        }
    }

    /** What the outcome of a cell is decided by. */
    private record Cell(int slot, int series) {}

    private enum TxnState {
        OPEN,
        COMMITTED,
        ABORTED
    }

    private static final class Txn {
        private TxnState state = TxnState.OPEN;
        private final List<String> deadLetters = new ArrayList<>();
    }

    private record Message(Txn txn, Object value) {}

    /** A partition read with read_committed. */
    private static final class Log {
        private final List<Message> messages = new ArrayList<>();

        int next(int from) {
            for (int i = from; i < messages.size(); i++) {
                TxnState state = messages.get(i).txn().state;
                if (state == TxnState.OPEN) {
                    return -1;
                }
                if (state == TxnState.COMMITTED) {
                    return i;
                }
            }
            return -1;
        }
    }

    private record Snap(
            SnapshotId id,
            @Nullable SnapshotId parent,
            Ledger ledger,
            Map<ChunkKey, Integer> content,
            Map<Long, Offsets> finalAt) {}

    /** A conditional write on its way. */
    private static final class Request {
        private final int version;
        private final @Nullable Snap snapshot;
        private final Ledger.@Nullable EndedDay tag;
        private @Nullable Boolean reply;
        private boolean landed;

        private Request(int version, @Nullable Snap snapshot, Ledger.@Nullable EndedDay tag) {
            this.version = version;
            this.snapshot = snapshot;
            this.tag = tag;
        }
    }

    private final long seed;
    private final Random random;
    private final DatasetSettings dataset;
    private final DatasetGrid grid;
    private final LateSettings late;
    private final CommitSettings settings;
    private final int partitions;
    /** Of the present incarnation. */
    private int slots;

    private final int windowSlots;
    private final int lastWindow;
    private final int outOfOrder;
    private final Set<SourcePartition> sources = new HashSet<>();

    private long now;
    private int nextId = 1;
    private int incarnation = 1;
    private final List<List<Rec>> source = new ArrayList<>();
    private boolean sourceClosed;
    private boolean quiet;
    private boolean faults = true;
    private final List<Log> slotLogs = new ArrayList<>();
    private final Log commitLog = new Log();
    private final List<String> deadLetters = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final Map<String, TaskStore> stores = new HashMap<>();
    private boolean wantsReinit;
    private boolean hadReset;
    private boolean hadReinit;
    private boolean hadUnfenced;

    private int repositoryVersion;
    private Snap tip;
    private final Map<SnapshotId, Snap> snapshots = new LinkedHashMap<>();
    private final Map<LocalDate, SnapshotId> tags = new TreeMap<>();
    private final List<Request> wire = new ArrayList<>();
    private final Map<Integer, double[]> objects = new HashMap<>();
    private final Map<ChunkReference, Integer> objectIds = new HashMap<>();

    private final int records;
    private int made;
    private double clock;
    final Map<String, Integer> statistics = new TreeMap<>();

    ProtocolSimulation(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
        this.partitions = 1 + random.nextInt(3);
        this.slots = 1 + random.nextInt(3);
        this.windowSlots = 1 + random.nextInt(3);
        int dayWindows = 2 + random.nextInt(3);
        int chunkWindows = 1 + random.nextInt(3);
        this.lastWindow = dayWindows * (2 + random.nextInt(2));
        this.outOfOrder = random.nextInt(3);
        Duration step = Duration.ofHours(24).dividedBy((long) windowSlots * dayWindows);
        Duration window = step.multipliedBy(windowSlots);
        this.dataset = new DatasetSettings(
                List.of(TOPIC),
                "/",
                Map.of(),
                new TimeAxis(
                        "time",
                        "time",
                        TimeAxis.TimeFormat.AUTO,
                        ORIGIN,
                        step,
                        TimeAxis.Rounding.EXACT,
                        new CfTimeUnits(CfTimeUnits.Unit.SECONDS, Instant.EPOCH)),
                new StationAxis("station", "station", List.of("a", "b", "c"), Optional.empty()),
                Optional.empty(),
                List.of(new VariableSettings(
                        "v",
                        "v",
                        VariableSettings.CellType.FLOAT64,
                        Double.NaN,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Map.of())),
                window,
                window.multipliedBy(chunkWindows),
                2,
                ZoneOffset.UTC);
        this.grid = new DatasetGrid(dataset);
        this.late = new LateSettings(LateSettings.Policy.REVISE, window.multipliedBy(pick(1, 2, 3, 5)));
        this.settings = new CommitSettings(
                pick(1, 2, 3, 100),
                Duration.ofSeconds(pick(5, 60)),
                Duration.ofSeconds(pick(60, 120, 300)),
                Duration.ofSeconds(pick(1500, 5000)));
        for (int q = 0; q < partitions; q++) {
            source.add(new ArrayList<>());
            sources.add(new SourcePartition(TOPIC, q));
            stores.put("dec" + q, new TaskStore());
        }
        makeSlots();
        stores.put("com", new TaskStore());
        SnapshotId root = snapshotId();
        TreeMap<SourcePartition, Long> start = new TreeMap<>();
        sources.forEach(q -> start.put(q, 0L));
        Ledger initial = Ledger.initial(root, Offsets.of(start), slots, "cluster", Map.of(), "layout");
        this.tip = new Snap(root, null, initial, Map.of(), Map.of());
        snapshots.put(root, tip);
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            instances.add(new Instance(i));
        }
        stores.keySet().stream()
                .sorted()
                .forEach(name -> assign(name, instances.get(random.nextInt(instances.size()))));
        this.records = pick(10, 25, 45);
    }

    private void makeSlots() {
        while (slotLogs.size() < slots) {
            slotLogs.add(new Log());
        }
        for (int p = 0; p < slotLogs.size(); p++) {
            if (p < slots) {
                stores.putIfAbsent("asm" + p, new TaskStore());
            } else {
                stores.remove("asm" + p);
            }
        }
    }

    private int pick(int... choices) {
        return choices[random.nextInt(choices.length)];
    }

    private SnapshotId snapshotId() {
        return SnapshotId.random(new Random(seed * 1_000_003 + nextId++));
    }

    private Instant time() {
        return Instant.EPOCH.plusSeconds(now);
    }

    // Kafka
    // -----------------------------------------------------------------------------------------------------------------------------

    /** Committed state of a task: its changelogs and its offset. */
    private static final class TaskStore {
        private InMemoryStateTable first = new InMemoryStateTable();
        private InMemoryStateTable second = new InMemoryStateTable();
        private DecodeState decode = DecodeState.EMPTY;
        private int offset;
        private long builtFrom;
    }

    private record DecodeState(long countFrom, long bad, int first, int greatest) {
        private static final DecodeState EMPTY = new DecodeState(0, 0, Integer.MAX_VALUE, -1);
    }

    private abstract class Task {
        final String name;
        int position;
        boolean consumed;

        Task(String name) {
            this.name = name;
            this.position = store().offset;
        }

        TaskStore store() {
            TaskStore store = stores.get(name);
            if (store == null) {
                throw new IllegalStateException("no store of " + name);
            }
            return store;
        }

        abstract boolean poll(Instance owner);

        abstract void tick(Instance owner);

        void beforeCommit(Instance owner) {}

        void save(TaskStore store) {
            store.offset = position;
        }
    }

    private final class DecodeTask extends Task {
        private final int q;
        private DecodeState state;
        private final int taskSlots = slots;
        private final List<Rec> buffer = new ArrayList<>();
        private boolean dirty;
        private long sent = -1;

        DecodeTask(String name) {
            super(name);
            this.q = Integer.parseInt(name.substring(3));
            this.state = store().decode;
        }

        @Override
        boolean poll(Instance owner) {
            if (position >= source.get(q).size()) {
                return false;
            }
            Rec rec = source.get(q).get(position++);
            if (rec.bad()) {
                if (rec.offset() >= state.countFrom()) {
                    state = new DecodeState(state.countFrom(), state.bad() + 1, state.first(), state.greatest());
                    owner.dead("bad " + q + "@" + rec.offset());
                }
            } else {
                buffer.add(rec);
                state = new DecodeState(
                        state.countFrom(),
                        state.bad(),
                        Math.min(state.first(), rec.slot()),
                        Math.max(state.greatest(), rec.slot()));
            }
            dirty = true;
            return true;
        }

        private void drain(Instance owner) {
            BlockBuffers columns = new BlockBuffers(grid, 1, owner.incarnation);
            Row row = new Row(1);
            for (Rec rec : buffer) {
                row.clear();
                row.place(rec.slot(), rec.series());
                row.order(rec.version(), rec.offset());
                row.set(0, Double.doubleToRawLongBits(rec.value()));
                columns.append(new SourcePartition(TOPIC, q), row);
            }
            columns.drain((chunk, bytes) ->
                    owner.produce(slotLogs.get(DatasetGrid.partitionOf(chunk, taskSlots)), Block.decode(bytes)));
            buffer.clear();
            boolean ended = sourceClosed && position >= source.get(q).size();
            boolean idle = !ended && position >= source.get(q).size() && (position == 0 || random.nextDouble() < .3);
            long greatest = state.greatest() < 0 ? Long.MIN_VALUE : micros(state.greatest());
            long first = state.first() == Integer.MAX_VALUE ? Long.MAX_VALUE : micros(state.first());
            long watermark = state.greatest() < 0 ? Long.MIN_VALUE : micros(state.greatest() - outOfOrder);
            owner.produce(
                    commitLog,
                    new Progress(
                            owner.incarnation,
                            new SourcePartition(TOPIC, q),
                            first,
                            greatest,
                            watermark,
                            position,
                            idle,
                            ended,
                            state.bad(),
                            0));
            sent = position;
            dirty = false;
        }

        @Override
        void tick(Instance owner) {
            if (sent == position && random.nextDouble() < .8) {
                return;
            }
            drain(owner);
        }

        @Override
        void beforeCommit(Instance owner) {
            if (dirty) {
                drain(owner);
            }
        }

        @Override
        void save(TaskStore store) {
            super.save(store);
            store.decode = state;
        }
    }

    private long micros(long slot) {
        return DatasetGrid.micros(grid.timeOf(0))
                + slot * (DatasetGrid.micros(grid.timeOf(1)) - DatasetGrid.micros(grid.timeOf(0)));
    }

    private final class AssembleTask extends Task {
        private final int p;
        private final InMemoryStateTable blocks;
        private final InMemoryStateTable meta;
        private final AssemblerCore core;

        AssembleTask(String name, String incarnation) {
            super(name);
            this.p = Integer.parseInt(name.substring(3));
            this.blocks = store().first.copy();
            this.meta = store().second.copy();
            this.core = new AssemblerCore(p, incarnation, store().builtFrom, grid, dataset.variables(), blocks, meta);
        }

        @Override
        boolean poll(Instance owner) {
            Log log = slotLogs.get(p);
            int next = log.next(position);
            if (next < 0) {
                return false;
            }
            position = next + 1;
            Object value = log.messages.get(next).value();
            if (value instanceof Block block) {
                core.onBlock(block);
            } else if (value instanceof Round round) {
                AssemblerCore.Started started = core.onRound(round);
                started.late().forEach(row -> owner.dead("late " + row.source().partition() + "@" + row.offset()));
                started.refusal().ifPresent(refusal -> owner.produce(commitLog, refusal));
            }
            return true;
        }

        @Override
        void tick(Instance owner) {
            Optional<ChunkJob> job = core.nextJob();
            if (job.isPresent()) {
                if (faults && random.nextDouble() < .15) {
                    core.onFailed(job.get());
                    count("failed put");
                    return;
                }
                core.onBuilt(job.get().run(new Sink(), ProtocolSimulation.this::time))
                        .forEach(message -> owner.produce(commitLog, message));
                return;
            }
            core.finish().ifPresent(done -> owner.produce(commitLog, done));
        }

        @Override
        void save(TaskStore store) {
            super.save(store);
            blocks.commitTo(store.first);
            meta.commitTo(store.second);
        }
    }

    private final class Sink implements ChunkSink {
        @Override
        public NodePath array(int variable) {
            return NodePath.of("/v");
        }

        @Override
        public ChunkReference store(int variable, NdArray values) {
            int id = nextId++;
            ChunkReference reference =
                    new ChunkReference.Native(ChunkId.random(new Random(seed * 7_000_003 + id)), 0, 8);
            objects.put(id, values.doubles().clone());
            objectIds.put(reference, id);
            return reference;
        }
    }

    private final class CommitTask extends Task {
        private final InMemoryStateTable table;
        private final CommitterCore core;
        private final int taskSlots = slots;
        private @Nullable Request request;
        private @Nullable RoundPlan plan;

        CommitTask(String name, String incarnation) {
            super(name);
            this.table = store().first.copy();
            this.core = new CommitterCore(
                    incarnation,
                    taskSlots,
                    new RoundPlanner(grid, sources, settings, late),
                    settings,
                    true,
                    said -> said,
                    table,
                    () -> "r" + nextId++,
                    ProtocolObserver.NONE);
        }

        @Override
        boolean poll(Instance owner) {
            int next = commitLog.next(position);
            if (next < 0) {
                return false;
            }
            position = next + 1;
            core.onMessage((CommitMessage) commitLog.messages.get(next).value());
            return true;
        }

        @Override
        void tick(Instance owner) {
            if (request != null && !settle(request)) {
                return;
            }
            CommitterCore.Step step = core.next(time());
            if (step instanceof CommitterCore.Step.ReadLedger) {
                core.onLedger(tip.ledger().over(taskSlots));
            } else if (step instanceof CommitterCore.Step.Tag tag) {
                sendTag(tag.day());
            } else if (step instanceof CommitterCore.Step.Open open) {
                slotLogs.subList(0, taskSlots).forEach(log -> owner.produce(log, open.round()));
            } else if (step instanceof CommitterCore.Step.Publish publish) {
                sendPublish(publish.plan());
            } else if (step instanceof CommitterCore.Step.Halt) {
                wantsReinit = true;
            }
        }

        /** Whether the reply is in, or given up: nothing is known then, and the next try reads again. */
        private boolean settle(Request sent) {
            if (sent.reply == null && ((!sent.landed && random.nextDouble() < .7) || random.nextDouble() < .5)) {
                return false;
            }
            if (Boolean.TRUE.equals(sent.reply)) {
                if (sent.snapshot != null) {
                    core.onPublished(sent.snapshot.ledger());
                } else if (sent.tag != null) {
                    core.onTagged(sent.tag);
                }
            }
            request = null;
            return true;
        }

        private void sendTag(Ledger.EndedDay day) {
            if (tags.containsKey(day.day()) || !ancestry(tip.id()).contains(day.snapshot())) {
                core.onTagged(day);
            } else {
                request = send(new Request(repositoryVersion, null, day));
            }
        }

        /** Rule P9, as the publisher does it on each try. */
        private void sendPublish(RoundPlan next) {
            Ledger at = tip.ledger().over(taskSlots);
            if (at.round().equals(next.next().round())) {
                core.onPublished(at);
            } else if (!at.id().equals(next.round().base().id())) {
                core.onLedger(at);
            } else {
                plan = next;
                request = send(new Request(repositoryVersion, snapshot(plan), null));
            }
        }

        private Snap snapshot(RoundPlan next) {
            SnapshotId id = snapshotId();
            Map<ChunkKey, Integer> content = new HashMap<>(tip.content());
            next.chunks()
                    .forEach(ready -> content.put(
                            new ChunkKey("/", ready.chunk().at(0), (int)
                                    ready.chunk().at(1)),
                            objectIds.getOrDefault(ready.reference(), -1)));
            return new Snap(id, tip.id(), next.next().in(id, next.endsDay()), content, tip.finalAt());
        }

        @Override
        void save(TaskStore store) {
            super.save(store);
            table.commitTo(store.first);
        }
    }

    private final class Instance {
        private final int number;
        private final Map<String, Task> tasks = new TreeMap<>();
        private @Nullable Txn txn;
        private boolean zombie;
        private String incarnation = "i1";

        Instance(int number) {
            this.number = number;
        }

        private @Nullable Txn begin() {
            if (txn == null) {
                txn = new Txn();
            }
            return txn.state == TxnState.OPEN ? txn : null;
        }

        void produce(Log log, Object value) {
            Txn current = begin();
            if (current != null) {
                log.messages.add(new Message(current, value));
            }
        }

        void dead(String what) {
            Txn current = begin();
            if (current != null) {
                current.deadLetters.add(what);
            }
        }

        void commit() {
            boolean timedOut = txn != null && txn.state == TxnState.ABORTED;
            tasks.values().forEach(task -> task.beforeCommit(this));
            boolean hasConsumed = tasks.values().stream().anyMatch(task -> task.consumed);
            if (timedOut || (zombie && (hasConsumed || txn == null))) {
                abort();
                count("fenced");
                List<String> names = List.copyOf(tasks.keySet());
                tasks.clear();
                if (!zombie) {
                    names.forEach(name -> assign(name, this));
                }
                zombie = false;
                return;
            }
            if (zombie) {
                hadUnfenced = true;
                count("unfenced");
            }
            if (txn != null) {
                finish(txn, TxnState.COMMITTED);
                txn = null;
            }
            boolean current = incarnation.equals("i" + ProtocolSimulation.this.incarnation);
            tasks.values().forEach(task -> {
                int offset = task.store().offset;
                if (current) {
                    task.save(task.store());
                }
                if (zombie) {
                    task.store().offset = offset;
                }
                task.consumed = false;
            });
        }

        void abort() {
            if (txn != null && txn.state == TxnState.OPEN) {
                finish(txn, TxnState.ABORTED);
            }
            txn = null;
        }

        @Override
        public String toString() {
            return "instance " + number + (zombie ? " (zombie)" : "") + tasks.keySet()
                    + (txn == null ? "" : " " + txn.state) + " " + incarnation;
        }
    }

    private void finish(Txn txn, TxnState state) {
        txn.state = state;
        if (state == TxnState.COMMITTED) {
            deadLetters.addAll(txn.deadLetters);
        }
    }

    private void assign(String name, Instance owner) {
        owner.incarnation = "i" + incarnation;
        Task task = name.startsWith("dec")
                ? new DecodeTask(name)
                : name.startsWith("asm")
                        ? new AssembleTask(name, owner.incarnation)
                        : new CommitTask(name, owner.incarnation);
        owner.tasks.put(name, task);
    }

    // Repository
    // ------------------------------------------------------------------------------------------------------------------------

    private Request send(Request request) {
        wire.add(request);
        return request;
    }

    private void land(Request request) {
        wire.remove(request);
        request.landed = true;
        boolean matches = request.version == repositoryVersion;
        if (matches) {
            repositoryVersion++;
            if (request.snapshot != null) {
                publish(request.snapshot);
            } else if (request.tag != null) {
                tag(request.tag);
            }
        }
        if (!faults || random.nextDouble() < .75) {
            request.reply = matches;
        } else {
            count("lost reply");
        }
    }

    private List<SnapshotId> ancestry(SnapshotId from) {
        List<SnapshotId> line = new ArrayList<>();
        Snap at = snapshots.get(from);
        while (at != null) {
            line.add(at.id());
            at = at.parent() == null ? null : snapshots.get(at.parent());
        }
        return line;
    }

    private void publish(Snap snapshot) {
        Snap parent = tip;
        Map<Long, Offsets> finalAt = new HashMap<>(parent.finalAt());
        for (long chunk = 0; grid.endWindowOfChunk(chunk) <= snapshot.ledger().finalBefore(); chunk++) {
            finalAt.putIfAbsent(chunk, snapshot.ledger().position());
        }
        tip = new Snap(snapshot.id(), parent.id(), snapshot.ledger(), snapshot.content(), finalAt);
        snapshots.put(tip.id(), tip);
        count("publish");
        check(tip, parent);
    }

    private void tag(Ledger.EndedDay day) {
        count("tag");
        if (tags.put(day.day(), day.snapshot()) != null) {
            throw new Violation("day " + day.day() + " was tagged twice");
        }
        Snap snapshot = at(day.snapshot());
        long end = grid.nextDayEnd(grid.firstWindowOf(day.day()));
        if (snapshot.ledger().closed() != end
                || (snapshot.parent() != null && at(snapshot.parent()).ledger().closed() >= end)) {
            throw new Violation(
                    "tag of " + day.day() + " is not on the snapshot that completed it: " + snapshot.ledger());
        }
    }

    private Snap at(SnapshotId id) {
        Snap snapshot = snapshots.get(id);
        if (snapshot == null) {
            throw new Violation("no snapshot " + id);
        }
        return snapshot;
    }

    // Checks
    // ----------------------------------------------------------------------------------------------------------------------------

    private boolean isDead(Rec rec, Snap snapshot) {
        Offsets finalAt =
                snapshot.finalAt().get(grid.chunkOf(rec.slot(), rec.series()).time());
        return finalAt != null && rec.offset() >= finalAt.at(new SourcePartition(TOPIC, rec.q()));
    }

    private void check(Snap snapshot, Snap parent) {
        Ledger ledger = snapshot.ledger();
        Ledger base = parent.ledger();
        require(ledger.sequence() == base.sequence() + 1, "sequence", snapshot, parent);
        require(ledger.closed() >= base.closed(), "extent shrinks", snapshot, parent);
        require(ledger.finalBefore() >= base.finalBefore(), "final goes back", snapshot, parent);
        require(ledger.position().reaches(base.position()), "position goes back", snapshot, parent);
        require(
                ledger.floor().reaches(base.floor()) && ledger.position().reaches(ledger.floor()),
                "floor",
                snapshot,
                parent);
        require(ledger.isBalanced(), "counts do not add up to the position", snapshot, parent);
        if (base.closed() > 0 && ledger.closed() > base.closed()) {
            require(ledger.closed() <= grid.nextDayEnd(base.closed()), "spans the end of a day", snapshot, parent);
        }
        checkRecords(snapshot, parent);
    }

    private void checkRecords(Snap snapshot, Snap parent) {
        Ledger ledger = snapshot.ledger();
        Map<Cell, Rec> want = new HashMap<>();
        long accepted = 0;
        long dead = 0;
        long bad = 0;
        for (Rec rec : all()) {
            SourcePartition q = new SourcePartition(TOPIC, rec.q());
            if (rec.offset() >= ledger.position().at(q)) {
                continue;
            }
            if (rec.bad()) {
                bad++;
            } else if (isDead(rec, snapshot)) {
                dead++;
            } else {
                accepted++;
                boolean isFinal = snapshot.finalAt()
                        .containsKey(grid.chunkOf(rec.slot(), rec.series()).time());
                require(
                        isFinal || rec.offset() >= ledger.floor().at(q),
                        "floor above a record that is still needed",
                        snapshot,
                        parent);
                if (grid.windowOf(rec.slot()) < ledger.closed()) {
                    want.merge(new Cell(rec.slot(), rec.series()), rec, ProtocolSimulation::newer);
                }
            }
        }
        require(accepted == Ledger.total(ledger.accepted()), "accepted, want " + accepted, snapshot, parent);
        require(dead == Ledger.total(ledger.dead()), "dead, want " + dead, snapshot, parent);
        require(bad == ledger.bad().sum(), "bad, want " + bad, snapshot, parent);
        require(want.size() == Ledger.total(ledger.cells()), "cells, want " + want.size(), snapshot, parent);
        Map<Cell, Double> values = new HashMap<>();
        want.forEach((cell, rec) -> values.put(cell, rec.value()));
        require(
                values.equals(content(snapshot)),
                "content " + content(snapshot) + ", want " + values,
                snapshot,
                parent);
    }

    private static Rec newer(Rec a, Rec b) {
        if (a.version() != b.version()) {
            return a.version() > b.version() ? a : b;
        }
        if (a.q() != b.q()) {
            return a.q() > b.q() ? a : b;
        }
        return a.offset() > b.offset() ? a : b;
    }

    private Map<Cell, Double> content(Snap snapshot) {
        Map<Cell, Double> cells = new HashMap<>();
        snapshot.content().forEach((chunk, object) -> {
            double[] values = objects.getOrDefault(object, new double[0]);
            for (int i = 0; i < values.length; i++) {
                if (!Double.isNaN(values[i])) {
                    int slot = (int) (chunk.time() * grid.slotsPerChunk() + i / grid.chunkStations());
                    cells.put(
                            new Cell(slot, chunk.station() * grid.chunkStations() + i % grid.chunkStations()),
                            values[i]);
                }
            }
        });
        return cells;
    }

    private Collection<Rec> all() {
        return source.stream().flatMap(List::stream).toList();
    }

    private void require(boolean holds, String what, Snap snapshot, Snap parent) {
        if (!holds) {
            throw new Violation(what + ": " + snapshot.ledger() + " after " + parent.ledger());
        }
    }

    private void count(String what) {
        statistics.merge(what, 1, Integer::sum);
    }

    // Schedule
    // --------------------------------------------------------------------------------------------------------------------------

    private void makeRecord() {
        int q = random.nextInt(partitions);
        if (q == partitions - 1 && partitions > 1 && random.nextDouble() < .7) {
            q = 0;
        }
        int slotsInAll = lastWindow * windowSlots;
        clock = Math.min(slotsInAll - 1.0, clock + random.nextDouble() * 2.2 * slotsInAll / records);
        int slot = (int) clock;
        if (random.nextDouble() < .45) {
            slot = Math.max(0, slot - pick(1, 1, 2, 3, 5, 8, 12));
        }
        List<Rec> log = source.get(q);
        log.add(new Rec(q, log.size(), slot, random.nextInt(SERIES), random.nextDouble() < .08, random.nextInt(6)));
        made++;
    }

    private void work(Instance instance) {
        if (instance.tasks.isEmpty()
                || (wantsReinit && !instance.zombie && stores.values().stream().anyMatch(s -> s.offset < 0))) {
            return;
        }
        double what = random.nextDouble();
        List<Task> tasks = List.copyOf(instance.tasks.values());
        Task task = tasks.get(random.nextInt(tasks.size()));
        if (what < .6) {
            int most = pick(1, 1, 2, 4);
            for (int i = 0; i < most && task.poll(instance); i++) {
                task.consumed = true;
            }
        } else if (what < .88) {
            task.tick(instance);
        } else if (!instance.zombie || quiet || random.nextDouble() > .9) {
            instance.commit();
        }
    }

    private void fault() {
        Instance instance = instances.get(random.nextInt(instances.size()));
        List<Instance> live = instances.stream().filter(i -> !i.zombie).toList();
        List<Instance> others = live.stream().filter(i -> i != instance).toList();
        switch (random.nextInt(8)) {
            case 0, 1 -> crash(instance, live);
            case 2 -> {
                if (!others.isEmpty() && !instance.zombie) {
                    count("zombie");
                    instance.zombie = true;
                    List.copyOf(instance.tasks.keySet())
                            .forEach(name -> assign(name, others.get(random.nextInt(others.size()))));
                }
            }
            case 3 -> {
                if (!others.isEmpty() && !instance.zombie && !instance.tasks.isEmpty()) {
                    instance.commit();
                    if (!instance.tasks.isEmpty()) {
                        String name = List.copyOf(instance.tasks.keySet()).get(random.nextInt(instance.tasks.size()));
                        instance.tasks.remove(name);
                        assign(name, others.get(random.nextInt(others.size())));
                        count("move");
                    }
                }
            }
            case 4 -> {
                count("foreign commit");
                tip = new Snap(snapshotId(), tip.id(), tip.ledger(), tip.content(), tip.finalAt());
                snapshots.put(tip.id(), tip);
                repositoryVersion++;
            }
            case 5 -> {
                if (random.nextDouble() < .1) {
                    reset();
                }
            }
            case 6 -> loseStore("com");
            default -> {
                if (random.nextDouble() < .2) {
                    loseStore("asm" + random.nextInt(slots));
                }
            }
        }
    }

    private void crash(Instance instance, List<Instance> live) {
        count("crash");
        instance.abort();
        List<String> names = List.copyOf(instance.tasks.keySet());
        boolean wasZombie = instance.zombie;
        instance.tasks.clear();
        instance.zombie = false;
        if (!wasZombie) {
            names.forEach(name -> assign(name, live.get(random.nextInt(live.size()))));
        }
    }

    private void reset() {
        List<SnapshotId> line = ancestry(tip.id());
        SnapshotId to = line.get(random.nextInt(Math.min(6, line.size())));
        if (!to.equals(tip.id())) {
            count("reset");
            tip = at(to);
            repositoryVersion++;
            hadReset = true;
        }
    }

    private void loseStore(String name) {
        Optional<Instance> owner = instances.stream()
                .filter(i -> !i.zombie && i.tasks.containsKey(name))
                .findFirst();
        if (owner.isEmpty()) {
            return;
        }
        count("lost store");
        owner.get().abort();
        List<String> names = List.copyOf(owner.get().tasks.keySet());
        owner.get().tasks.clear();
        TaskStore store = stores.getOrDefault(name, new TaskStore());
        store.first = new InMemoryStateTable();
        store.second = new InMemoryStateTable();
        if (name.startsWith("asm")) {
            reinit();
        } else {
            names.forEach(each -> assign(each, owner.get()));
        }
    }

    /** Rule P16: everything starts again from the ledger, with a new incarnation. */
    private void reinit() {
        count("reinit");
        hadReinit = true;
        wantsReinit = false;
        incarnation++;
        if (random.nextBoolean()) {
            count("other number of slots");
            slots = 1 + random.nextInt(4);
            makeSlots();
        }
        for (Instance instance : instances) {
            boolean sleeps = instance.number > 0
                    && !instance.tasks.isEmpty()
                    && !instance.zombie
                    && faults
                    && random.nextDouble() < .3;
            instance.abort();
            if (sleeps) {
                instance.zombie = true;
            } else if (!instance.zombie || instance.number == 0) {
                instance.tasks.clear();
                instance.zombie = false;
            }
        }
        Ledger ledger = tip.ledger();
        List<Instance> live = instances.stream().filter(i -> !i.zombie).toList();
        for (String name : List.copyOf(new TreeMap<>(stores).keySet())) {
            TaskStore store = new TaskStore();
            store.builtFrom = ledger.sequence();
            if (name.startsWith("dec")) {
                SourcePartition q = new SourcePartition(TOPIC, Integer.parseInt(name.substring(3)));
                store.offset = Math.toIntExact(ledger.floor().at(q));
                store.decode =
                        new DecodeState(ledger.position().at(q), ledger.bad().at(q), Integer.MAX_VALUE, -1);
            } else if (name.startsWith("asm")) {
                store.offset = slotLogs.get(Integer.parseInt(name.substring(3)))
                        .messages
                        .size();
            } else {
                store.offset = commitLog.messages.size();
            }
            stores.put(name, store);
            assign(name, live.get(random.nextInt(live.size())));
        }
    }

    private void step() {
        now++;
        double what = random.nextDouble();
        if (wantsReinit && random.nextDouble() < .2) {
            reinit();
        } else if (what < .08 && made < records) {
            makeRecord();
        } else if (what < .85) {
            work(instances.get(random.nextInt(instances.size())));
        } else if (what < .93 && !wire.isEmpty()) {
            land(wire.get(random.nextInt(wire.size())));
        } else if (what < .95) {
            instances.stream()
                    .filter(i -> i.zombie && i.txn != null && i.txn.state == TxnState.OPEN && random.nextDouble() < .3)
                    .forEach(i -> finish(i.begin() == null ? new Txn() : i.begin(), TxnState.ABORTED));
        } else if (faults && what > .97 && random.nextDouble() < .5) {
            fault();
        }
    }

    /** Runs the schedule to its end. */
    void run() {
        int steps = pick(400, 1200, 2500);
        for (int i = 0; i < steps; i++) {
            step();
        }
        while (made < records) {
            makeRecord();
        }
        sourceClosed = true;
        faults = false;
        quiet = true;
        for (int i = 0; !isFinished(); i++) {
            for (int j = 0; j < 50; j++) {
                step();
            }
            if (i > 1_000) {
                throw new Violation("no progress: " + describe());
            }
        }
        checkEnd();
    }

    private String describe() {
        StringBuilder text = new StringBuilder(tip.ledger().toString());
        for (Instance instance : instances) {
            text.append("; ").append(instance);
            for (Task task : instance.tasks.values()) {
                text.append(' ').append(task.name).append('@').append(task.position);
                if (task instanceof CommitTask committer) {
                    text.append(' ').append(committer.core.next(time()));
                }
            }
        }
        text.append("; commit log ").append(commitLog.messages.size());
        slotLogs.forEach(log -> text.append("; slots ").append(log.messages.size()));
        return text.append("; requests ")
                .append(wire.size())
                .append("; ")
                .append(statistics)
                .toString();
    }

    private boolean isFinished() {
        Ledger ledger = tip.ledger();
        boolean read = sources.stream()
                .allMatch(q ->
                        ledger.position().at(q) == source.get(q.partition()).size());
        long end =
                all().stream().filter(r -> !r.bad()).mapToInt(Rec::slot).max().isPresent()
                        ? grid.nextDayEnd(grid.windowOf(all().stream()
                                .filter(r -> !r.bad())
                                .mapToInt(Rec::slot)
                                .max()
                                .getAsInt()))
                        : 0;
        boolean tagged =
                ledger.lastDay().map(day -> tags.containsKey(day.day())).orElse(true);
        return read
                && ledger.closed() >= end
                && tagged
                && wire.isEmpty()
                && !wantsReinit
                && instances.stream().noneMatch(i -> i.txn != null && i.txn.state == TxnState.OPEN);
    }

    private void checkEnd() {
        Set<String> want = new HashSet<>();
        for (Rec rec : all()) {
            if (rec.bad()) {
                want.add("bad " + rec.q() + "@" + rec.offset());
            } else if (isDead(rec, tip)) {
                want.add("late " + rec.q() + "@" + rec.offset());
            }
        }
        Set<String> have = new HashSet<>(deadLetters);
        if (hadReset ? !have.containsAll(want) : !have.equals(want)) {
            throw new Violation("dead letters " + have + ", want " + want);
        }
        if (!hadReinit && !hadUnfenced && have.size() != deadLetters.size()) {
            throw new Violation("dead letter twice: " + deadLetters);
        }
        long days = tip.ledger().closed() == 0 ? 0 : tags.size();
        if (days == 0 && tip.ledger().closed() > 0) {
            throw new Violation("no day was tagged");
        }
    }
}
