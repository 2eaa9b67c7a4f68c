package io.icestream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.conflict.ChunkClashPolicy;
import io.icestream.engine.conflict.Conflict;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.conflict.ConflictKind;
import io.icestream.engine.conflict.ConflictSolver;
import io.icestream.engine.conflict.DeletePolicy;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotEntries.Adoption;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.maintenance.RunMode;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.ref.ReadOnlyException;
import io.icestream.engine.ref.ResetOutcome;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.RefusalReason;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.zarr.GroupMetadata;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** A repository and its plain model, on which the same random steps are made; compares the two after each of them. */
final class ModelledRepository implements AutoCloseable {
    private static final ModelRebase.Policy DETECTOR = new ModelRebase.Policy(Optional.empty(), false, false);

    private final long seed;
    private final SortedMap<String, Integer> counts;
    private final List<String> log;
    private final VirtualClock clock = new VirtualClock();
    private final InMemoryStorage storage = new InMemoryStorage("model", clock);
    private final RepositoryModel model = new RepositoryModel();
    private final List<Instant> times = new ArrayList<>();
    private final RepositoryOptions options;
    private Repository repository;
    private Random random;
    private String step = "";

    ModelledRepository(long seed, SortedMap<String, Integer> counts, List<String> log) {
        this.seed = seed;
        this.counts = counts;
        this.log = log;
        this.random = new Random(seed);
        RepositoryConfig config = config();
        this.options = RepositoryOptions.defaults()
                .withClock(clock)
                .withRandom(new Random(seed))
                .withWaiter(duration -> {})
                .withParallelism(1 + random.nextInt(3));
        this.repository = Repository.create(storage, options.withConfig(config));
        model.config = Optional.of(config);
        changed("RepositoryInitialized");
        model.branches.put("main", SnapshotId.INITIAL);
        add(
                SnapshotId.INITIAL,
                Optional.empty(),
                "Repository initialized",
                Map.of(),
                new TreeMap<>(),
                new ModelChanges());
    }

    private RepositoryConfig config() {
        SplitRule split = new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(new DimensionCondition.Any(), 1 + random.nextInt(4))));
        return RepositoryConfig.DEFAULT
                .withSplitRules(random.nextBoolean() ? List.of(split) : List.of())
                .withInlineChunkThresholdBytes(8)
                .withUpdatesPerRepositoryObject(2 + random.nextInt(20));
    }

    @Override
    public void close() {
        repository.close();
    }

    private void count(String what) {
        counts.merge(what, 1, Integer::sum);
    }

    /** Something was done that the ops log tells. */
    private void changed(String operation) {
        model.did(operation, clock.last());
    }

    private void did(String what) {
        log.add(step + ": " + what);
    }

    private <T> T anyOf(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    private String anyBranch() {
        return anyOf(List.copyOf(model.branches.keySet()));
    }

    private SnapshotId anySnapshot() {
        return anyOf(List.copyOf(model.snapshots.keySet()));
    }

    private RandomEdits edits() {
        return new RandomEdits(random, repository, counts);
    }

    /** Makes one step and compares. */
    void step(int number) {
        step = "step " + number;
        random = new Random(seed * 1_000_003 + number);
        clock.advance(Duration.ofMinutes(1));
        times.add(clock.last());
        clock.advance(Duration.ofMinutes(1));
        if (model.readOnly) {
            whileReadOnly();
        } else {
            stepOnline();
        }
        compare();
        if (number % 25 == 24) {
            compareEverything();
        }
    }

    private void stepOnline() {
        switch (random.nextInt(26)) {
            case 0, 1, 2 -> commit();
            case 3 -> commitWithKey();
            case 4 -> flushAndPublish();
            case 5, 6 -> amend();
            case 7 -> commitAside();
            case 8, 9 -> move();
            case 10, 11, 12, 13 -> race();
            case 14 -> fork();
            case 15 -> createBranch();
            case 16 -> deleteBranch();
            case 17 -> reset();
            case 18 -> createTag();
            case 19 -> deleteTag();
            case 20 -> metadata();
            case 21 -> setFeature();
            case 22 -> saveConfig();
            case 23 -> setStatus(true);
            case 24 -> expire();
            default -> collect();
        }
    }

    // Commits

    private void add(
            SnapshotId id,
            Optional<SnapshotId> parent,
            String message,
            Map<String, Integer> metadata,
            SortedMap<String, ModelNode> tree,
            ModelChanges changes) {
        add(id, parent, message, metadata, tree, changes, List.of());
    }

    private void add(
            SnapshotId id,
            Optional<SnapshotId> parent,
            String message,
            Map<String, Integer> metadata,
            SortedMap<String, ModelNode> tree,
            ModelChanges changes,
            List<SnapshotId> pruned) {
        Instant storedAt = storage.stat("snapshots/" + id).orElseThrow().lastModified();
        Instant flushedAt = repository.findSnapshot(id).orElseThrow().flushedAt();
        parent.ifPresent(before -> assertThat(flushedAt)
                .as("flush time of " + id)
                .isAfter(model.snapshot(before).flushedAt()));
        model.add(
                id,
                new RepositoryModel.Snapshot(
                        parent, message, metadata, tree, changes.log(), pruned, flushedAt, storedAt));
    }

    private void committed(String branch, SnapshotId id, Map<String, Integer> metadata, ModelSession session) {
        add(id, Optional.of(model.tipId(branch)), step, metadata, session.committed(), session.changes());
        model.branches.put(branch, id);
        changed("commit " + branch);
    }

    private void commit() {
        String branch = anyBranch();
        WritableSession session = repository.writableSession(branch);
        ModelSession expected = model.session(branch);
        edits().make(random.nextInt(8), session, expected);
        compare(session, expected);
        if (random.nextInt(8) == 0) {
            count("discard");
            session.discardChanges();
            expected.discard();
            edits().make(random.nextInt(3), session, expected);
            compare(session, expected);
        }
        did("commit to " + branch);
        CommitRequest request = CommitRequest.of(step);
        if (expected.changes().isEmpty()) {
            count("refused: empty commit");
            assertThat(refusal(session.commit(request))).isInstanceOf(RefusalReason.NothingToCommit.class);
        }
        int m = random.nextInt(3);
        SnapshotId id = session.commit(request.allowEmpty().metadata(Map.of("m", IntNode.valueOf(m))))
                .orThrow()
                .id();
        count("commit");
        committed(branch, id, Map.of("m", m), expected);
        assertThat(session.snapshotId()).isEqualTo(model.snapshot(id).parent().orElseThrow());
        assertThatThrownBy(() -> session.commit(request)).isInstanceOf(IllegalStateException.class);
    }

    private static RefusalReason refusal(CommitOutcome outcome) {
        assertThat(outcome).isInstanceOf(CommitOutcome.Refused.class);
        return ((CommitOutcome.Refused) outcome).reason();
    }

    private void commitWithKey() {
        String branch = anyBranch();
        WritableSession session = repository.writableSession(branch);
        ModelSession expected = model.session(branch);
        edits().make(1 + random.nextInt(4), session, expected);
        did("commit with a key to " + branch);
        CommitRequest request = CommitRequest.of(step).allowEmpty().idempotencyKey(step);
        SnapshotId id = session.commit(request).orThrow().id();
        committed(branch, id, Map.of(), expected);
        WritableSession again = repository.writableSession(branch);
        edits().make(2, again, model.session(branch));
        CommitOutcome.Committed repeated = again.commit(request).orThrow();
        assertThat(repeated.repeated()).isTrue();
        assertThat(repeated.id()).isEqualTo(id);
        count("commit with a key, twice");
    }

    private void flushAndPublish() {
        String branch = anyBranch();
        WritableSession session = repository.writableSession(branch);
        ModelSession expected = model.session(branch);
        edits().make(1 + random.nextInt(4), session, expected);
        SnapshotId planned = session.plannedSnapshotId();
        FlushedSnapshot flushed = session.flush(CommitRequest.of(step).allowEmpty());
        assertThat(flushed.id()).isEqualTo(planned);
        assertThatThrownBy(() -> session.createGroup(NodePath.of("/no"), GroupMetadata.empty()))
                .isInstanceOf(IllegalStateException.class);
        boolean race = random.nextInt(3) == 0;
        did("publish to " + branch + (race ? " after a race" : ""));
        if (race) {
            SnapshotId before = model.tipId(branch);
            SnapshotId other = repository
                    .transact(branch, CommitRequest.of(step).allowEmpty(), nothing -> {})
                    .id();
            committed(branch, other, Map.of(), model.session(branch));
            assertThat(repository.publish(branch, flushed)).isEqualTo(new PublishOutcome.BranchMoved(before, other));
            count("refused: publish");
        } else {
            assertThat(repository.publish(branch, flushed)).isEqualTo(new PublishOutcome.Published(planned));
            committed(branch, planned, Map.of(), expected);
            assertThat(repository.publish(branch, flushed)).isEqualTo(new PublishOutcome.Published(planned));
            count("flush and publish");
        }
    }

    private void amend() {
        String branch = anyBranch();
        WritableSession session = repository.writableSession(branch);
        ModelSession expected = model.session(branch);
        edits().make(random.nextInt(5), session, expected);
        did("amend " + branch);
        CommitOutcome outcome = session.amend(AmendRequest.of(step).allowEmpty());
        amended(branch, expected, outcome, !model.tip(branch).log().hasNetMoves());
    }

    private void amended(String branch, ModelSession session, CommitOutcome outcome, boolean allowed) {
        RepositoryModel.Snapshot tip = model.tip(branch);
        if (tip.parent().isEmpty() || !allowed) {
            count("refused: amend");
            assertThat(refusal(outcome)).isInstanceOf(RefusalReason.CannotAmend.class);
            return;
        }
        count("amend");
        SnapshotId id = outcome.orThrow().id();
        ModelChanges both = tip.log().union(session.changes());
        add(id, tip.parent(), step, Map.of(), session.committed(), both, tip.pruned());
        model.branches.put(branch, id);
        changed("amend " + branch);
    }

    private void commitAside() {
        String branch = anyBranch();
        WritableSession session = repository.writableSession(branch);
        ModelSession expected = model.session(branch);
        edits().make(1 + random.nextInt(4), session, expected);
        did("commit aside of " + branch);
        SnapshotId id = session.commitDetached(CommitRequest.of(step).allowEmpty())
                .orThrow()
                .id();
        add(id, Optional.of(model.tipId(branch)), step, Map.of(), expected.committed(), expected.changes());
        changed("NewDetachedSnapshot");
        count("commit aside");
    }

    private void move() {
        String branch = anyBranch();
        if (model.isDisabled(Feature.MOVE_NODE)) {
            count("refused: move is switched off");
            assertThatThrownBy(() -> repository.rearrangeSession(branch)).isInstanceOf(ReadOnlyException.class);
            return;
        }
        RearrangeSession session = repository.rearrangeSession(branch);
        ModelSession expected = model.session(branch);
        edits().move(1 + random.nextInt(3), session, expected);
        assertThat(ModelTexts.of(session)).isEqualTo(ModelTexts.of(expected.tree()));
        switch (random.nextInt(4)) {
            case 0 -> {
                did("amend " + branch + " with moves");
                amended(branch, expected, session.amend(AmendRequest.of(step).allowEmpty()), true);
            }
            case 1 -> {
                did("move aside of " + branch);
                SnapshotId id = session.commitDetached(CommitRequest.of(step).allowEmpty())
                        .orThrow()
                        .id();
                add(id, Optional.of(model.tipId(branch)), step, Map.of(), expected.committed(), expected.changes());
                changed("NewDetachedSnapshot");
            }
            default -> {
                did("move on " + branch);
                SnapshotId id = session.commit(CommitRequest.of(step).allowEmpty())
                        .orThrow()
                        .id();
                committed(branch, id, Map.of(), expected);
            }
        }
        count("rearrange");
    }

    private void fork() {
        String branch = anyBranch();
        WritableSession session = repository.writableSession(branch);
        ModelSession expected = model.session(branch);
        edits().make(1 + random.nextInt(6), session, expected);
        Optional<String> array = expected.tree().entrySet().stream()
                .filter(entry -> entry.getValue().isArray()
                        && entry.getValue()
                                .contains(ChunkIndex.of(
                                        new long
                                                [entry.getValue()
                                                        .shape()
                                                        .orElseThrow()
                                                        .size()])))
                .map(Map.Entry::getKey)
                .findFirst();
        int forks = 1 + random.nextInt(3);
        List<ForkedSession> forked = new ArrayList<>();
        for (int i = 0; i < forks; i++) {
            forked.add(repository.openFork(session.fork()));
        }
        for (int i = 0; i < forks; i++) {
            NodePath path = NodePath.of("/fork" + i);
            if (expected.isFree(path.toString())) {
                forked.get(i).session().createGroup(path, RandomEdits.group(0));
                expected.create(path.toString(), 0, Optional.empty());
            }
        }
        did("fork and merge on " + branch);
        array.ifPresent(path -> setInFork(forked, path, expected));
        forked.forEach(fork -> assertThat(session.merge(fork.changes(), new ConflictDetector()))
                .isEmpty());
        assertThatThrownBy(() -> session.merge(forked.get(0).changes(), new ConflictDetector()))
                .isInstanceOf(IllegalArgumentException.class);
        compare(session, expected);
        SnapshotId id =
                session.commit(CommitRequest.of(step).allowEmpty()).orThrow().id();
        committed(branch, id, Map.of(), expected);
        count("fork and merge");
    }

    private void setInFork(List<ForkedSession> forked, String array, ModelSession expected) {
        ForkedSession fork = anyOf(forked);
        ChunkIndex chunk = ChunkIndex.of(
                new long[expected.node(array).shape().orElseThrow().size()]);
        fork.session().setChunk(NodePath.of(array), chunk, Scene.bytes("set by a fork"));
        expected.set(array, chunk, "set by a fork");
    }

    // Two at a time

    private record Side(Optional<WritableSession> edits, Optional<RearrangeSession> moves, ModelSession expected) {
        CommitOutcome commit(CommitRequest request) {
            return edits.map(session -> session.commit(request))
                    .orElseGet(() -> moves.orElseThrow().commit(request));
        }

        Optional<RefusalReason> rebase(ConflictSolver solver) {
            return edits.map(session -> session.rebase(solver))
                    .orElseGet(() -> moves.orElseThrow().rebase(solver));
        }

        String text() {
            return edits.map(ModelTexts::of).orElseGet(() -> ModelTexts.of(moves.orElseThrow()));
        }
    }

    private Side side(String branch) {
        ModelSession expected = model.session(branch);
        if (random.nextInt(5) == 0 && !model.isDisabled(Feature.MOVE_NODE)) {
            return new Side(Optional.empty(), Optional.of(repository.rearrangeSession(branch)), expected);
        }
        return new Side(Optional.of(repository.writableSession(branch)), Optional.empty(), expected);
    }

    private void work(Side side) {
        int much = random.nextInt(5);
        side.edits().ifPresent(session -> edits().make(much, session, side.expected()));
        side.moves().ifPresent(session -> edits().move(much, session, side.expected()));
    }

    private void race() {
        String branch = anyBranch();
        Side winner = side(branch);
        Side loser = side(branch);
        work(winner);
        work(loser);
        boolean declared = random.nextInt(6) == 0;
        if (declared) {
            loser.edits().ifPresent(session -> session.declareTreeRead(NodePath.ROOT));
            loser.moves().ifPresent(session -> session.declareRead(NodePath.ROOT));
        }
        CommitRequest request = CommitRequest.of(step).allowEmpty();
        Map<String, ModelNode> before = model.tip(branch).tree();
        SnapshotId base = model.tipId(branch);
        SnapshotId first = winner.commit(request).orThrow().id();
        committed(branch, first, Map.of(), winner.expected());
        if (random.nextInt(4) == 0) {
            assertThat(refusal(loser.commit(request))).isEqualTo(new RefusalReason.BranchMoved(base, first));
            count("refused: branch moved");
        }
        Solver solver = solver();
        ModelRebase rebase = new ModelRebase(
                loser.expected().changes(),
                model.tip(branch).log(),
                before,
                model.tip(branch).tree(),
                solver.policy());
        boolean readChanged = declared
                && loser.edits().isPresent()
                && !model.tip(branch).log().isEmptyLog();
        readChanged |= declared && loser.moves().isPresent() && isRootChanged(before, model.tip(branch));
        boolean explicit = random.nextInt(3) == 0;
        did("rebase on " + branch + (explicit ? ", then commit" : ""));
        Set<ConflictKind> conflicts = rebase.conflicts();
        boolean unsettled = !conflicts.isEmpty() && rebase.isDetected();
        if (readChanged && !unsettled) {
            conflicts = EnumSet.copyOf(conflicts.isEmpty() ? EnumSet.noneOf(ConflictKind.class) : conflicts);
            conflicts.add(ConflictKind.READ_WAS_CHANGED);
        }
        if (conflicts.isEmpty()) {
            passes(branch, loser, rebase, solver, explicit ? Optional.of(request) : Optional.empty());
        } else {
            fails(first, loser, conflicts, solver, explicit);
        }
    }

    private static boolean isRootChanged(Map<String, ModelNode> before, RepositoryModel.Snapshot after) {
        Optional<Long> old = Optional.ofNullable(before.get("/")).map(ModelNode::id);
        Optional<Long> now = Optional.ofNullable(after.tree().get("/")).map(ModelNode::id);
        return !old.equals(now) || old.filter(after.log().updated::containsKey).isPresent();
    }

    private record Solver(ConflictSolver solver, ModelRebase.Policy policy) {}

    private Solver solver() {
        if (random.nextInt(3) == 0) {
            return new Solver(new ConflictDetector(), DETECTOR);
        }
        ChunkClashPolicy clash = anyOf(List.of(ChunkClashPolicy.values()));
        boolean arrays = random.nextInt(4) > 0;
        boolean groups = random.nextInt(4) > 0;
        return new Solver(
                BasicConflictSolver.defaults()
                        .withOnChunkClash(clash)
                        .withOnDeleteOfUpdatedArray(arrays ? DeletePolicy.PROCEED : DeletePolicy.FAIL)
                        .withOnDeleteOfUpdatedGroup(groups ? DeletePolicy.PROCEED : DeletePolicy.FAIL),
                new ModelRebase.Policy(Optional.of(clash), arrays, groups));
    }

    private void passes(
            String branch, Side loser, ModelRebase rebase, Solver solver, Optional<CommitRequest> afterRebase) {
        SortedMap<String, ModelNode> tree = rebase.result();
        CommitRequest request = CommitRequest.of(step + " too").allowEmpty();
        if (afterRebase.isPresent()) {
            assertThat(loser.rebase(solver.solver())).isEmpty();
        } else {
            request = request.solver(solver.solver());
        }
        CommitOutcome.Committed committed = loser.commit(request).orThrow();
        assertThat(committed.rebaseAttempts()).isEqualTo(afterRebase.isPresent() ? 0 : 1);
        add(
                committed.id(),
                Optional.of(model.tipId(branch)),
                step + " too",
                Map.of(),
                tree,
                loser.expected().changes());
        model.branches.put(branch, committed.id());
        changed("commit " + branch);
        count("rebased");
    }

    private void fails(SnapshotId first, Side loser, Set<ConflictKind> conflicts, Solver solver, boolean explicit) {
        RefusalReason reason = explicit
                ? loser.rebase(solver.solver()).orElseThrow()
                : refusal(loser.commit(CommitRequest.of("never").allowEmpty().solver(solver.solver())));
        assertThat(reason).isInstanceOf(RefusalReason.Conflicts.class);
        RefusalReason.Conflicts found = (RefusalReason.Conflicts) reason;
        assertThat(found.at()).isEqualTo(first);
        EnumSet<ConflictKind> kinds = EnumSet.noneOf(ConflictKind.class);
        found.conflicts().stream().map(Conflict::kind).forEach(kinds::add);
        assertThat(kinds).as(found.toString()).isEqualTo(conflicts);
        assertThat(loser.text())
                .as("a session after a refusal")
                .isEqualTo(ModelTexts.of(loser.expected().tree()));
        conflicts.forEach(kind -> count("conflict: " + kind));
    }

    // Refs and settings

    private void createBranch() {
        String name = "b" + random.nextInt(4);
        SnapshotId at = anySnapshot();
        did("create branch " + name);
        assertThatThrownBy(() -> repository.createBranch("new", new SnapshotId(1, 2)))
                .isInstanceOf(NotFoundException.class);
        if (model.branches.containsKey(name)) {
            count("refused: create branch");
            assertThatThrownBy(() -> repository.createBranch(name, at)).isInstanceOf(AlreadyExistsException.class);
        } else {
            count("create branch");
            repository.createBranch(name, at);
            model.branches.put(name, at);
            changed("create branch " + name);
        }
    }

    private void deleteBranch() {
        String branch = anyBranch();
        did("delete branch " + branch);
        assertThatThrownBy(() -> repository.deleteBranch("nothing")).isInstanceOf(NotFoundException.class);
        if (branch.equals("main")) {
            count("refused: delete branch");
            assertThatThrownBy(() -> repository.deleteBranch(branch)).isInstanceOf(IllegalArgumentException.class);
        } else {
            count("delete branch");
            repository.deleteBranch(branch);
            model.branches.remove(branch);
            changed("delete branch " + branch);
        }
    }

    private void reset() {
        String branch = anyBranch();
        SnapshotId to = anySnapshot();
        SnapshotId tip = model.tipId(branch);
        SnapshotId other = anySnapshot();
        did("reset " + branch);
        if (!other.equals(tip)) {
            count("refused: reset");
            assertThat(repository.resetBranch(branch, to, other)).isEqualTo(new ResetOutcome.TipMoved(tip));
        }
        if (random.nextBoolean()) {
            assertThat(repository.resetBranch(branch, to)).isEqualTo(tip);
        } else {
            assertThat(repository.resetBranch(branch, to, tip)).isEqualTo(new ResetOutcome.Reset());
        }
        model.branches.put(branch, to);
        changed("reset " + branch);
        count("reset");
    }

    private void createTag() {
        String name = "t" + random.nextInt(12);
        SnapshotId at = anySnapshot();
        did("create tag " + name);
        SnapshotId present = model.tags.get(name);
        if (present != null) {
            count("refused: create tag");
            assertThat(repository.createTag(name, at)).isEqualTo(new TagOutcome.Exists(present));
        } else if (model.burnt.contains(name)) {
            count("refused: create tag");
            assertThat(repository.createTag(name, at)).isEqualTo(new TagOutcome.Burnt());
        } else if (model.isDisabled(Feature.CREATE_TAG)) {
            count("refused: create tag");
            assertThatThrownBy(() -> repository.createTag(name, at)).isInstanceOf(ReadOnlyException.class);
        } else {
            count("create tag");
            assertThat(repository.createTag(name, at)).isEqualTo(new TagOutcome.Created());
            model.tags.put(name, at);
            changed("create tag " + name);
        }
    }

    private void deleteTag() {
        assertThatThrownBy(() -> repository.deleteTag("nothing")).isInstanceOf(NotFoundException.class);
        if (model.tags.isEmpty()) {
            return;
        }
        String name = anyOf(List.copyOf(model.tags.keySet()));
        did("delete tag " + name);
        if (model.isDisabled(Feature.DELETE_TAG)) {
            count("refused: delete tag");
            assertThatThrownBy(() -> repository.deleteTag(name)).isInstanceOf(ReadOnlyException.class);
        } else {
            count("delete tag");
            repository.deleteTag(name);
            model.tags.remove(name);
            model.burnt.add(name);
            changed("delete tag " + name);
        }
    }

    private void metadata() {
        String name = "m" + random.nextInt(3);
        int value = random.nextInt(100);
        did("metadata " + name);
        if (random.nextBoolean()) {
            model.metadata.clear();
            repository.settings().setMetadata(Map.of(name, IntNode.valueOf(value)));
        } else {
            repository.settings().updateMetadata(Map.of(name, IntNode.valueOf(value)));
        }
        model.metadata.put(name, value);
        changed("MetadataChanged");
        count("metadata");
    }

    private void setFeature() {
        Feature feature = anyOf(List.of(Feature.values()));
        FeatureSetting setting = random.nextInt(4) == 0
                ? FeatureSetting.DISABLED
                : anyOf(List.of(FeatureSetting.ENABLED, FeatureSetting.DEFAULT));
        did("feature " + feature + " " + setting);
        repository.settings().setFeature(feature, setting);
        model.features.put(feature, setting);
        changed("FeatureFlagChanged");
        count("feature");
    }

    private void saveConfig() {
        did("save a configuration and reopen");
        RepositoryConfig config = config();
        if (random.nextBoolean()) {
            repository.settings().saveConfig(config);
        } else {
            try (Repository other = repository.reopen(options.withConfig(config))) {
                other.saveConfig();
                config = other.config();
            }
        }
        model.config = Optional.of(config);
        changed("ConfigChanged");
        reopen();
        count("save a configuration");
    }

    private void reopen() {
        repository.close();
        repository =
                random.nextBoolean() ? Repository.open(storage, options) : Repository.openOrCreate(storage, options);
        count("reopen");
    }

    private void setStatus(boolean readOnly) {
        did(readOnly ? "read-only" : "online");
        repository
                .settings()
                .setStatus(
                        readOnly ? RepositoryStatus.Availability.READ_ONLY : RepositoryStatus.Availability.ONLINE,
                        Optional.of(step));
        model.readOnly = readOnly;
        changed("StatusChanged");
        count("status");
    }

    private void whileReadOnly() {
        List<Runnable> changes = List.of(
                () -> repository.createBranch("no", SnapshotId.INITIAL),
                () -> repository.deleteBranch("b1"),
                () -> repository.resetBranch("main", SnapshotId.INITIAL),
                () -> repository.createTag("no", SnapshotId.INITIAL),
                () -> repository.deleteTag("t1"),
                () -> repository.writableSession("main"),
                () -> repository.rearrangeSession("main"),
                () -> repository.saveConfig(),
                () -> repository.settings().setMetadata(Map.of()),
                () -> repository.settings().setFeature(Feature.MOVE_NODE, FeatureSetting.DEFAULT),
                () -> new Expiration(repository).run(ExpireRequest.olderThan(clock.last())),
                () -> new GarbageCollector(repository)
                        .run(CollectRequest.olderThan(clock.last()), (stage, done, expected) -> {}));
        changes.forEach(change -> assertThatThrownBy(change::run).isInstanceOf(ReadOnlyException.class));
        count("refused: read-only");
        setStatus(false);
    }

    // Maintenance

    /** Halfway between two steps, so that it does not matter by how much clocks differ. */
    private Instant anyTime() {
        return anyOf(times);
    }

    private void expire() {
        Instant olderThan = anyTime();
        boolean branches = random.nextInt(3) == 0;
        boolean tags = random.nextInt(3) == 0 && !model.isDisabled(Feature.DELETE_TAG);
        Adoption adoption = anyOf(List.of(Adoption.values()));
        did("expire" + (branches ? ", branches" : "") + (tags ? ", tags" : "") + " " + adoption);
        ExpireRequest request = ExpireRequest.olderThan(olderThan)
                .withBranches(branches ? ExpiredRefs.DELETE : ExpiredRefs.KEEP)
                .withTags(tags ? ExpiredRefs.DELETE : ExpiredRefs.KEEP)
                .withAdoption(adoption);
        var foreseen = new Expiration(repository).run(request.withMode(RunMode.DRY_RUN));
        var done = new Expiration(repository).run(request);
        int listed = model.snapshots.size();
        boolean written = model.expire(olderThan, branches, tags, adoption);
        if (written) {
            changed("ExpirationRan");
        }
        assertThat(done.released()).isEqualTo(foreseen.released()).hasSize(listed - model.snapshots.size());
        count(written ? "expire" : "expire nothing");
    }

    private void collect() {
        Instant olderThan = anyTime();
        boolean backups = random.nextBoolean();
        did("collect garbage" + (backups ? ", backups too" : ""));
        CollectRequest request = CollectRequest.olderThan(olderThan)
                .withBackupsOlderThan(backups ? Optional.of(olderThan) : Optional.empty())
                .withTableEntries(1 + random.nextInt(20));
        var report = new GarbageCollector(repository).run(request, (stage, done, expected) -> {});
        assertThat(report.finished()).isTrue();
        assertThat(report.failures()).isEmpty();
        int listed = model.snapshots.size();
        model.collect(olderThan);
        assertThat(report.droppedSnapshots()).isEqualTo(listed - model.snapshots.size());
        List<String> now = operations(repository);
        int added = (int) now.stream().takeWhile("GarbageCollected"::equals).count();
        assertThat(added).isPositive();
        // One fence for each part of the chunks; those before may have been the newest entry already.
        int before = (int) model.operations().stream()
                .takeWhile("GarbageCollected"::equals)
                .count();
        for (int i = before; i < added; i++) {
            changed("GarbageCollected");
        }
        if (backups) {
            model.logFloor = olderThan.isAfter(model.logFloor) ? olderThan : model.logFloor;
        }
        count("collect garbage");
    }

    // Comparison

    private void compare(WritableSession session, ModelSession expected) {
        assertThat(ModelTexts.of(session)).as(step + ", session").isEqualTo(ModelTexts.of(expected.tree()));
        assertThat(session.hasChanges()).isEqualTo(!expected.changes().isEmpty());
        assertThat(ModelTexts.of(session.status()))
                .as(step + ", status of the session")
                .isEqualTo(
                        ModelTexts.of(expected.changes().log(), repositoryTree(session.snapshotId()), expected.tree()));
    }

    private Map<String, ModelNode> repositoryTree(SnapshotId id) {
        return model.snapshot(id).tree();
    }

    private static List<String> operations(Repository of) {
        return of.operations().map(update -> ModelTexts.of(update.kind())).toList();
    }

    private void compare() {
        compare(repository);
        count("comparisons");
    }

    private void compare(Repository seen) {
        assertThat(seen.branches()).as(step).isEqualTo(model.branches);
        assertThat(seen.tags()).as(step).isEqualTo(model.tags);
        assertThat(seen.info().deletedTags()).as(step).isEqualTo(model.burnt);
        assertThat(seen.info().snapshots().ids()).as(step).containsExactlyElementsOf(model.snapshots.keySet());
        seen.info().snapshots().all().forEach(this::compare);
        assertThat(seen.settings().metadata()).as(step).hasToString(model.metadata.toString());
        assertThat(seen.settings().storedConfig()).as(step).isEqualTo(model.config);
        assertThat(seen.settings().status().availability() == RepositoryStatus.Availability.READ_ONLY)
                .as(step)
                .isEqualTo(model.readOnly);
        model.features.forEach((feature, setting) ->
                assertThat(seen.settings().feature(feature)).as(step).isEqualTo(setting));
        List<String> operations = operations(seen);
        List<String> expected = model.operations();
        if (model.logFloor.equals(Instant.EPOCH)) {
            assertThat(operations).as(step).isEqualTo(expected);
        } else {
            assertThat(operations.size()).as(step).isBetween(model.operationsKept(), expected.size());
            assertThat(operations).as(step).isEqualTo(expected.subList(0, operations.size()));
        }
        model.branches.forEach((name, tip) -> {
            assertThat(seen.history(tip).map(SnapshotEntry::id)).as(step).containsExactlyElementsOf(model.history(tip));
            compare(seen, tip);
            compareDiff(seen, tip);
        });
    }

    private void compare(SnapshotEntry entry) {
        RepositoryModel.Snapshot expected = model.snapshot(entry.id());
        TreeMap<String, Integer> metadata = new TreeMap<>();
        entry.metadata().forEach((name, value) -> {
            if (value.isInt()) {
                metadata.put(name, value.asInt());
            }
        });
        assertThat(entry.message()).as(step).isEqualTo(expected.message());
        assertThat(metadata).as(step).isEqualTo(expected.metadata());
        assertThat(entry.parent()).as(step + ", parent of " + entry.id()).isEqualTo(expected.parent());
        assertThat(entry.prunedAncestorLogs())
                .as(step + ", logs pruned before " + entry.id())
                .isEqualTo(expected.pruned());
    }

    private void compare(Repository seen, SnapshotId id) {
        assertThat(ModelTexts.of(seen.readonlySession(Version.snapshot(id))))
                .as(step + ", snapshot " + id)
                .isEqualTo(ModelTexts.of(model.snapshot(id).tree()));
    }

    /** Of the last commit, and from some ancestor. */
    private void compareDiff(Repository seen, SnapshotId tip) {
        List<SnapshotId> history = model.history(tip);
        SnapshotId from = history.get(Math.min(history.size() - 1, 1 + random.nextInt(3)));
        assertThat(ModelTexts.of(seen.diff(Version.snapshot(from), Version.snapshot(tip))))
                .as(step + ", difference from " + from + " to " + tip)
                .isEqualTo(ModelTexts.of(
                        model.logBetween(from, tip),
                        model.snapshot(from).tree(),
                        model.snapshot(tip).tree()));
    }

    /** Every snapshot by another handle, and every object. */
    void compareEverything() {
        try (Repository other = Repository.open(storage, options)) {
            compare(other);
            model.snapshots.keySet().forEach(id -> compare(other, id));
            assertThat(VisibleState.verify(other).findings()).as(step).isEmpty();
        }
        count("snapshots compared");
    }
}
