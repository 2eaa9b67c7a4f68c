package io.icestream.engine.repository;

import static io.icestream.engine.repository.TestRepository.inline;
import static io.icestream.engine.repository.TestRepository.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.IntNode;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.Update;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.ref.ReadOnlyException;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Diff;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.zarr.GroupMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random calls of everything public that changes a repository, made on a repository and on a plain model of it: maps of
 * snapshots, branches and tags, where a snapshot is a parent and a map from path to chunks. After every call both must look
 * the same; every snapshot is compared again at the end, by another handle.
 */
class PublicOperationsTest {
    private static final int STEPS = 250;
    private static final TreeMap<String, Integer> COUNTS = new TreeMap<>();

    /** What is at a path: chunks by index for an array of ten chunks, nothing for a group. */
    private record Content(Optional<TreeMap<Integer, String>> chunks) {
        static Content group() {
            return new Content(Optional.empty());
        }

        static Content array() {
            return new Content(Optional.of(new TreeMap<>()));
        }

        Content copy() {
            return new Content(chunks.map(TreeMap::new));
        }
    }

    private record Snapshot(
            Optional<SnapshotId> parent, String message, SortedMap<String, Content> nodes, boolean moves) {}

    private static final class Model {
        private final Map<SnapshotId, Snapshot> snapshots = new TreeMap<>();
        private final TreeMap<String, SnapshotId> branches = new TreeMap<>();
        private final TreeMap<String, SnapshotId> tags = new TreeMap<>();
        private final TreeSet<String> burnt = new TreeSet<>();
        private final TreeMap<String, Integer> metadata = new TreeMap<>();
        private final TreeMap<Feature, FeatureSetting> features = new TreeMap<>();
        private boolean readOnly;
        private int operations = 1;
    }

    private TestRepository test = TestRepository.empty();
    private Model model = new Model();
    private Random random = new Random(0);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreeWithAPlainModel(long seed) {
        random = new Random(seed);
        test = TestRepository.empty(
                RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withUpdatesPerRepositoryObject(5)));
        model = new Model();
        model.snapshots.put(
                SnapshotId.INITIAL, new Snapshot(Optional.empty(), "Repository initialized", new TreeMap<>(), false));
        model.branches.put("main", SnapshotId.INITIAL);
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            step(where);
            assertRefs(where);
        }
        try (Repository other = test.reopened()) {
            model.snapshots.forEach((id, snapshot) -> assertContent(
                    other.readonlySession(Version.snapshot(id)), snapshot.nodes(), "seed " + seed + ", " + id));
        }
    }

    @AfterAll
    static void print() {
        System.out.println("calls made and compared: " + COUNTS);
    }

    private void step(String where) {
        if (model.readOnly) {
            count("refused while read-only");
            assertThatThrownBy(() -> test.repository.createBranch("no", SnapshotId.INITIAL))
                    .isInstanceOf(ReadOnlyException.class);
            assertThatThrownBy(() -> test.repository.writableSession("main")).isInstanceOf(ReadOnlyException.class);
            setStatus(false);
            return;
        }
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> commit(where);
            case 5, 6 -> amend(where);
            case 7 -> detached(where);
            case 8, 9 -> move(where);
            case 10 -> fork(where);
            case 11 -> shift(where);
            case 12 -> createBranch();
            case 13 -> reset();
            case 14 -> deleteBranch();
            case 15 -> tag();
            case 16 -> deleteTag();
            case 17 -> metadata();
            case 18 -> feature();
            default -> settings();
        }
    }

    private static void count(String what) {
        COUNTS.merge(what, 1, Integer::sum);
    }

    private <T> T anyOf(List<T> items) {
        return items.get(random.nextInt(items.size()));
    }

    private String anyBranch() {
        return List.copyOf(model.branches.keySet()).get(random.nextInt(model.branches.size()));
    }

    private SnapshotId anySnapshot() {
        return List.copyOf(model.snapshots.keySet()).get(random.nextInt(model.snapshots.size()));
    }

    private SortedMap<String, Content> contentOf(String branch) {
        SortedMap<String, Content> copy = new TreeMap<>();
        tip(branch).nodes().forEach((path, content) -> copy.put(path, content.copy()));
        return copy;
    }

    private Snapshot tip(String branch) {
        return Optional.ofNullable(model.snapshots.get(tipId(branch))).orElseThrow();
    }

    private SnapshotId tipId(String branch) {
        return Optional.ofNullable(model.branches.get(branch)).orElseThrow();
    }

    private void published(String branch, SnapshotId id, Snapshot snapshot) {
        model.snapshots.put(id, snapshot);
        model.branches.put(branch, id);
        model.operations++;
    }

    private void commit(String where) {
        String branch = anyBranch();
        SnapshotId tip = tipId(branch);
        WritableSession session = test.repository.writableSession(branch);
        SortedMap<String, Content> nodes = contentOf(branch);
        edit(session, nodes);
        assertContent(session, nodes, where);
        if (random.nextInt(8) == 0) {
            count("discard");
            session.discardChanges();
            nodes = contentOf(branch);
            assertContent(session, nodes, where);
        }
        SnapshotId id =
                session.commit(CommitRequest.of(where).allowEmpty()).orThrow().id();
        published(branch, id, new Snapshot(Optional.of(tip), where, nodes, false));
        count("commit");
        assertDiff(tip, id);
    }

    private void edit(WritableSession session, SortedMap<String, Content> nodes) {
        int edits = 1 + random.nextInt(6);
        for (int i = 0; i < edits; i++) {
            edit(session, nodes, "x" + random.nextInt(1000));
        }
    }

    private void edit(WritableSession session, SortedMap<String, Content> nodes, String text) {
        if (!nodes.containsKey("/")) {
            session.createGroup(NodePath.ROOT, GroupMetadata.empty());
            nodes.put("/", Content.group());
        }
        List<String> paths = List.copyOf(nodes.keySet());
        String path = paths.get(random.nextInt(paths.size()));
        Content content = nodes.getOrDefault(path, Content.group());
        if (content.chunks().isEmpty()) {
            create(session, nodes, path);
        } else if (random.nextInt(10) == 0) {
            session.delete(NodePath.of(path));
            nodes.remove(path);
        } else {
            int chunk = random.nextInt(10);
            if (random.nextInt(4) == 0) {
                session.deleteChunk(NodePath.of(path), ChunkIndex.of(chunk));
                content.chunks().get().remove(chunk);
            } else {
                session.attach(NodePath.of(path), ChunkIndex.of(chunk), inline(text));
                content.chunks().get().put(chunk, text);
            }
        }
    }

    private void create(WritableSession session, SortedMap<String, Content> nodes, String parent) {
        String path = (parent.equals("/") ? "" : parent) + "/" + "abc".charAt(random.nextInt(3));
        if (nodes.containsKey(path) || path.length() > 8) {
            return;
        }
        if (random.nextInt(3) == 0) {
            session.createGroup(NodePath.of(path), GroupMetadata.empty());
            nodes.put(path, Content.group());
        } else {
            session.createArray(NodePath.of(path), TestRepository.array(10));
            nodes.put(path, Content.array());
        }
    }

    private void amend(String where) {
        String branch = anyBranch();
        Snapshot tip = tip(branch);
        SnapshotId tipId = tipId(branch);
        WritableSession session = test.repository.writableSession(branch);
        SortedMap<String, Content> nodes = contentOf(branch);
        edit(session, nodes);
        var outcome = session.amend(AmendRequest.of(where).allowEmpty());
        if (tip.parent().isEmpty() || tip.moves()) {
            count("amend refused");
            assertThatThrownBy(outcome::orThrow).as(where).hasMessageContaining(tipId + " cannot be amended");
        } else {
            count("amend");
            published(branch, outcome.orThrow().id(), new Snapshot(tip.parent(), where, nodes, false));
        }
    }

    private void detached(String where) {
        String branch = anyBranch();
        WritableSession session = test.repository.writableSession(branch);
        SortedMap<String, Content> nodes = contentOf(branch);
        edit(session, nodes);
        SnapshotId id = session.commitDetached(CommitRequest.of(where).allowEmpty())
                .orThrow()
                .id();
        model.snapshots.put(id, new Snapshot(Optional.of(tipId(branch)), where, nodes, false));
        model.operations++;
        count("detached");
    }

    private void move(String where) {
        String branch = anyBranch();
        if (model.features.get(Feature.MOVE_NODE) == FeatureSetting.DISABLED) {
            count("move refused");
            assertThatThrownBy(() -> test.repository.rearrangeSession(branch)).isInstanceOf(ReadOnlyException.class);
            return;
        }
        SnapshotId tip = tipId(branch);
        RearrangeSession session = test.repository.rearrangeSession(branch);
        SortedMap<String, Content> nodes = contentOf(branch);
        for (int tries = 0; tries < 4 && nodes.size() > 1; tries++) {
            List<String> paths = List.copyOf(nodes.keySet());
            String from = paths.get(random.nextInt(paths.size()));
            String parent = paths.get(random.nextInt(paths.size()));
            String to = (parent.equals("/") ? "" : parent) + "/" + "abcd".charAt(random.nextInt(4));
            boolean allowed = !from.equals("/")
                    && !nodes.containsKey(to)
                    && !(to + "/").startsWith(from + "/")
                    && nodes.getOrDefault(parent, Content.group()).chunks().isEmpty();
            if (!allowed) {
                count("move refused");
                assertThatThrownBy(() -> session.move(NodePath.of(from), NodePath.of(to)))
                        .as(where + ": " + from + " to " + to)
                        .isInstanceOf(RuntimeException.class);
            } else {
                count("move");
                session.move(NodePath.of(from), NodePath.of(to));
                moveSubtree(nodes, from, to);
            }
            assertContent(session, nodes, where);
        }
        boolean moves = !session.status().isEmpty();
        SnapshotId id =
                session.commit(CommitRequest.of(where).allowEmpty()).orThrow().id();
        published(branch, id, new Snapshot(Optional.of(tip), where, nodes, moves));
        assertDiff(tip, id);
    }

    private static void moveSubtree(SortedMap<String, Content> nodes, String from, String to) {
        for (String path : List.copyOf(nodes.keySet())) {
            if (path.equals(from) || path.startsWith(from + "/")) {
                Content content = nodes.remove(path);
                nodes.put(to + path.substring(from.length()), content);
            }
        }
    }

    private Optional<String> anyArray(SortedMap<String, Content> nodes) {
        List<String> arrays = nodes.keySet().stream()
                .filter(path ->
                        nodes.getOrDefault(path, Content.group()).chunks().isPresent())
                .toList();
        return arrays.isEmpty() ? Optional.empty() : Optional.of(arrays.get(random.nextInt(arrays.size())));
    }

    private void fork(String where) {
        String branch = anyBranch();
        SnapshotId tip = tipId(branch);
        WritableSession session = test.repository.writableSession(branch);
        SortedMap<String, Content> nodes = contentOf(branch);
        edit(session, nodes);
        Optional<String> array = anyArray(nodes);
        if (array.isEmpty()) {
            return;
        }
        int forks = 1 + random.nextInt(3);
        List<ForkedSession> forked = new ArrayList<>();
        for (int i = 0; i < forks; i++) {
            forked.add(test.repository.openFork(session.fork()));
        }
        for (int i = 0; i < forks; i++) {
            for (int chunk = i; chunk < 10; chunk += forks) {
                String text = where + " fork " + i + " chunk " + chunk;
                forked.get(i).session().attach(NodePath.of(array.get()), ChunkIndex.of(chunk), inline(text));
                nodes.getOrDefault(array.get(), Content.array())
                        .chunks()
                        .orElseThrow()
                        .put(chunk, text);
            }
        }
        forked.forEach(fork -> assertThat(session.merge(fork.changes(), new ConflictDetector()))
                .as(where)
                .isEmpty());
        SnapshotId id = session.commit(CommitRequest.of(where)).orThrow().id();
        published(branch, id, new Snapshot(Optional.of(tip), where, nodes, false));
        count("fork and merge");
    }

    private void shift(String where) {
        String branch = anyBranch();
        SnapshotId tip = tipId(branch);
        SortedMap<String, Content> nodes = contentOf(branch);
        Optional<String> array = anyArray(nodes);
        if (array.isEmpty()) {
            return;
        }
        int offset = random.nextInt(23) - 11;
        WritableSession session = test.repository.writableSession(branch);
        session.shiftArray(NodePath.of(array.get()), offset);
        TreeMap<Integer, String> shifted = new TreeMap<>();
        nodes.getOrDefault(array.get(), Content.array()).chunks().orElseThrow().forEach((chunk, text) -> {
            if (chunk + offset >= 0 && chunk + offset < 10) {
                shifted.put(chunk + offset, text);
            }
        });
        nodes.put(array.get(), new Content(Optional.of(shifted)));
        SnapshotId id =
                session.commit(CommitRequest.of(where).allowEmpty()).orThrow().id();
        published(branch, id, new Snapshot(Optional.of(tip), where, nodes, false));
        count("shift");
    }

    private void createBranch() {
        String name = "b" + random.nextInt(4);
        SnapshotId at = anySnapshot();
        if (model.branches.containsKey(name)) {
            count("create branch refused");
            assertThatThrownBy(() -> test.repository.createBranch(name, at)).hasMessageContaining("it exists");
        } else {
            count("create branch");
            test.repository.createBranch(name, at);
            model.branches.put(name, at);
            model.operations++;
        }
    }

    private void reset() {
        String branch = anyBranch();
        SnapshotId to = anySnapshot();
        if (random.nextBoolean()) {
            test.repository.resetBranch(branch, to);
        } else {
            test.repository.resetBranch(branch, to, tipId(branch));
        }
        model.branches.put(branch, to);
        model.operations++;
        count("reset branch");
    }

    private void deleteBranch() {
        String branch = anyBranch();
        if (branch.equals("main")) {
            count("delete branch refused");
            assertThatThrownBy(() -> test.repository.deleteBranch(branch)).hasMessageContaining("reset it instead");
        } else {
            count("delete branch");
            test.repository.deleteBranch(branch);
            model.branches.remove(branch);
            model.operations++;
        }
    }

    private void tag() {
        String name = "t" + random.nextInt(6);
        SnapshotId at = anySnapshot();
        SnapshotId present = model.tags.get(name);
        boolean forbidden = model.features.get(Feature.CREATE_TAG) == FeatureSetting.DISABLED;
        if (present != null) {
            count("create tag refused");
            assertThat(test.repository.createTag(name, at)).isEqualTo(new TagOutcome.Exists(present));
        } else if (model.burnt.contains(name)) {
            count("create tag refused");
            assertThat(test.repository.createTag(name, at)).isEqualTo(new TagOutcome.Burnt());
        } else if (forbidden) {
            count("create tag refused");
            assertThatThrownBy(() -> test.repository.createTag(name, at)).isInstanceOf(ReadOnlyException.class);
        } else {
            count("create tag");
            assertThat(test.repository.createTag(name, at)).isEqualTo(new TagOutcome.Created());
            model.tags.put(name, at);
            model.operations++;
        }
    }

    private void deleteTag() {
        if (model.tags.isEmpty()) {
            return;
        }
        String name = model.tags.firstKey();
        if (model.features.get(Feature.DELETE_TAG) == FeatureSetting.DISABLED) {
            count("delete tag refused");
            assertThatThrownBy(() -> test.repository.deleteTag(name)).isInstanceOf(ReadOnlyException.class);
            return;
        }
        count("delete tag");
        test.repository.deleteTag(name);
        model.tags.remove(name);
        model.burnt.add(name);
        model.operations++;
    }

    private void metadata() {
        String name = "m" + random.nextInt(3);
        int value = random.nextInt(100);
        if (random.nextBoolean()) {
            model.metadata.clear();
            test.repository.settings().setMetadata(Map.of(name, IntNode.valueOf(value)));
        } else {
            test.repository.settings().updateMetadata(Map.of(name, IntNode.valueOf(value)));
        }
        model.metadata.put(name, value);
        model.operations++;
        count("metadata");
    }

    private void feature() {
        Feature feature = anyOf(List.of(Feature.values()));
        FeatureSetting setting = anyOf(List.of(FeatureSetting.values()));
        test.repository.settings().setFeature(feature, setting);
        model.features.put(feature, setting);
        model.operations++;
        count("feature");
    }

    private void settings() {
        if (random.nextBoolean()) {
            test.repository.settings().saveConfig(test.repository.config());
            model.operations++;
            count("save config");
        } else {
            setStatus(true);
        }
    }

    private void setStatus(boolean readOnly) {
        test.repository
                .settings()
                .setStatus(
                        readOnly ? RepositoryStatus.Availability.READ_ONLY : RepositoryStatus.Availability.ONLINE,
                        Optional.empty());
        model.readOnly = readOnly;
        model.operations++;
        count("status");
    }

    private void assertRefs(String where) {
        assertThat(test.repository.branches()).as(where).isEqualTo(model.branches);
        assertThat(test.repository.tags()).as(where).isEqualTo(model.tags);
        assertThat(test.repository.info().deletedTags()).as(where).isEqualTo(model.burnt);
        assertThat(test.repository.info().snapshots().ids())
                .as(where)
                .containsExactlyElementsOf(model.snapshots.keySet());
        assertThat(test.repository.settings().metadata()).as(where).hasToString(model.metadata.toString());
        model.features.forEach(
                (feature, setting) -> assertThat(test.repository.settings().feature(feature))
                        .as(where)
                        .isEqualTo(setting));
        assertThat(test.repository.operations().map(Update::updatedAt))
                .as(where)
                .hasSize(model.operations);
        String branch = anyBranch();
        List<String> expected = new ArrayList<>();
        for (Optional<SnapshotId> at = Optional.of(tipId(branch)); at.isPresent(); ) {
            Snapshot snapshot =
                    Optional.ofNullable(model.snapshots.get(at.get())).orElseThrow();
            expected.add(snapshot.message());
            at = snapshot.parent();
        }
        assertThat(test.repository.history(tipId(branch)).map(SnapshotEntry::message))
                .as(where)
                .containsExactlyElementsOf(expected);
        assertContent(
                test.repository.readonlySession(Version.branch(branch)),
                tip(branch).nodes(),
                where);
    }

    private void assertDiff(SnapshotId from, SnapshotId to) {
        Diff diff = test.repository.diff(Version.snapshot(from), Version.snapshot(to));
        Snapshot old = Optional.ofNullable(model.snapshots.get(from)).orElseThrow();
        Snapshot now = Optional.ofNullable(model.snapshots.get(to)).orElseThrow();
        SortedMap<String, Content> expected = new TreeMap<>(old.nodes());
        diff.deletedArrays().forEach(path -> expected.remove(path.toString()));
        diff.deletedGroups().forEach(path -> expected.remove(path.toString()));
        List<Content> moved = diff.moves().stream()
                .map(move -> Optional.ofNullable(expected.remove(move.from().toString()))
                        .orElseThrow())
                .toList();
        for (int i = 0; i < moved.size(); i++) {
            expected.put(diff.moves().get(i).to().toString(), moved.get(i));
        }
        diff.newGroups().forEach(path -> expected.put(path.toString(), Content.group()));
        diff.newArrays().forEach(path -> expected.put(path.toString(), Content.array()));
        assertThat(expected.keySet()).isEqualTo(now.nodes().keySet());
        now.nodes().forEach((path, content) -> {
            Content before = expected.getOrDefault(path, Content.array());
            if (!before.equals(content)) {
                assertThat(diff.updatedChunks()).containsKey(NodePath.of(path));
            }
        });
    }

    private static void assertContent(Session session, SortedMap<String, Content> nodes, String where) {
        SortedMap<String, Content> found = new TreeMap<>();
        session.nodes().forEach(node -> {
            Content content = node.kind() == NodeKind.GROUP ? Content.group() : Content.array();
            if (node.kind() == NodeKind.ARRAY) {
                session.chunkIndices(node.path())
                        .forEach(chunk -> content.chunks()
                                .orElseThrow()
                                .put((int) chunk.at(0), text(session.readChunk(node.path(), chunk))));
            }
            found.put(node.path().toString(), content);
        });
        assertThat(found).as(where).isEqualTo(nodes);
    }
}
