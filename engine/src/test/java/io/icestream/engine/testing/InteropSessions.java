package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryStatus;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.FeatureSetting;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Diff;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Does once each of what sessions and repositories can do beyond editing: amend, move, shift, reindex, detach, reset, forks,
 * status, features, metadata, configuration. {@code interop/sessions_interop.py} reads the result with the reference client,
 * does the same to it, and describes what it then sees; each side compares all that can be seen.
 *
 * <p>Arguments: {@code write DIRECTORY}, then the other half, then {@code check DIRECTORY}.
 */
public final class InteropSessions {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final NodePath A = NodePath.of("/g/a");

    private InteropSessions() {}

    /**
     * Runs one half of the exchange.
     *
     * @param arguments {@code write} or {@code check}, and a folder
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[1]);
        try (Storage storage = LocalStorage.open(directory.resolve("sessions"), Durability.PROCESS)) {
            if (arguments[0].equals("write")) {
                write(storage, directory.resolve("sessions-java.json"));
            } else {
                check(storage, directory.resolve("sessions-python.json"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(Storage storage, Path description) throws IOException {
        RepositoryOptions options = RepositoryOptions.defaults()
                .withConfig(RepositoryConfig.DEFAULT.withUpdatesPerRepositoryObject(6))
                .withCommitMetadata(Map.of("by", JSON.textNode("engine")));
        try (Repository repository = Repository.create(storage, options)) {
            fill(repository);
            Files.writeString(description, InteropRepository.normalForm(describe(repository)));
        }
    }

    private static void check(Storage storage, Path description) throws IOException {
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            String expected = InteropRepository.normalForm(MAPPER.readTree(Files.readString(description)));
            String found = InteropRepository.normalForm(describe(repository));
            if (!found.equals(expected)) {
                Files.writeString(description.resolveSibling("sessions-java-found.json"), found);
                Files.writeString(description.resolveSibling("sessions-python-normal.json"), expected);
                throw new AssertionError("The repository is not as " + description
                        + " says: compare sessions-java-found.json with sessions-python-normal.json");
            }
            System.out.println("sessions: the engine agrees with the reference client on "
                    + repository.operations().count() + " operations");
        }
    }

    private static void fill(Repository repository) {
        SnapshotId base = edit(repository, "base", session -> {
            ZarrGroup root = ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty());
            ZarrGroup group = root.createGroup("g", GroupMetadata.empty());
            for (String name : new String[] {"a", "b", "shifted", "reindexed"}) {
                group.createArray(name, array(12)).write(new long[] {0}, ramp(12));
            }
        });
        move(repository, "moved", "/g/b", "/b");
        edit(repository, "to be amended", session -> write(session, A, 3, 50));
        amend(repository, "amended", session -> write(session, A, 7, 51));
        RearrangeSession moving = repository.rearrangeSession("main");
        moving.move(NodePath.of("/b"), NodePath.of("/g/c"));
        moving.amend(AmendRequest.of("amended with a move").withMetadata(Map.of("n", JSON.numberNode(3))))
                .orThrow();
        move(repository, "a group moved", "/g", "/h");
        edit(repository, "shifted", session -> session.shiftArray(NodePath.of("/h/shifted"), 2));
        edit(
                repository,
                "reindexed",
                session -> session.reindexArray(
                        NodePath.of("/h/reindexed"), InteropSessions::reversed, InteropSessions::reversed));
        forks(repository);
        refs(repository, base);
        settings(repository);
    }

    private static Optional<ChunkIndex> reversed(ChunkIndex chunk) {
        return Optional.of(ChunkIndex.of(5 - chunk.at(0)));
    }

    private static void forks(Repository repository) {
        edit(repository, "forked", session -> {
            ForkedSession one = repository.openFork(session.fork());
            ForkedSession two = repository.openFork(session.fork());
            write(one.session(), NodePath.of("/h/a"), 0, 70);
            write(two.session(), NodePath.of("/h/a"), 10, 71);
            session.merge(one.changes(), new ConflictDetector());
            session.merge(two.changes(), new ConflictDetector());
        });
    }

    private static void refs(Repository repository, SnapshotId base) {
        WritableSession session = repository.writableSession("main");
        write(session, NodePath.of("/h/a"), 4, 90);
        SnapshotId aside =
                session.commitDetached(CommitRequest.of("aside")).orThrow().id();
        repository.createTag("aside", aside);
        repository.createBranch("side", base);
        repository.resetBranch("side", aside, base);
        repository.resetBranch("side", base);
        WritableSession empty = repository.writableSession("side");
        empty.commit(CommitRequest.of("empty").solver(new ConflictDetector()).allowEmpty())
                .orThrow();
    }

    private static void settings(Repository repository) {
        repository
                .settings()
                .setMetadata(Map.of(
                        "owner",
                        JSON.textNode("engine"),
                        "list",
                        JSON.arrayNode().add(1).add(2)));
        repository.settings().updateMetadata(Map.of("owner", JSON.textNode("nobody")));
        repository.settings().setStatus(RepositoryStatus.Availability.READ_ONLY, Optional.of("moving"));
        repository.settings().setStatus(RepositoryStatus.Availability.ONLINE, Optional.empty());
        repository.settings().setFeature(Feature.DELETE_TAG, FeatureSetting.DISABLED);
        repository.settings().setFeature(Feature.MOVE_NODE, FeatureSetting.ENABLED);
        repository.settings().setFeature(Feature.CREATE_TAG, FeatureSetting.DISABLED);
        repository.settings().setFeature(Feature.CREATE_TAG, FeatureSetting.DEFAULT);
        repository.settings().saveConfig(repository.config().withInlineChunkThresholdBytes(1));
    }

    private static SnapshotId edit(Repository repository, String message, Consumer<WritableSession> change) {
        return repository.transact("main", CommitRequest.of(message), change).id();
    }

    private static void amend(Repository repository, String message, Consumer<WritableSession> change) {
        WritableSession session = repository.writableSession("main");
        change.accept(session);
        session.amend(AmendRequest.of(message)).orThrow();
    }

    private static void move(Repository repository, String message, String from, String to) {
        RearrangeSession session = repository.rearrangeSession("main");
        session.move(NodePath.of(from), NodePath.of(to));
        session.commit(CommitRequest.of(message)).orThrow();
    }

    private static void write(WritableSession session, NodePath array, long at, int value) {
        ZarrArray.open(session, array).write(new long[] {at}, NdArray.of(new int[] {value}, 1));
    }

    private static ArrayMetadata array(long length) {
        return ArrayMetadata.builder(DataType.INT32, new long[] {length}, new long[] {2})
                .build();
    }

    private static NdArray ramp(int length) {
        int[] values = new int[length];
        for (int i = 0; i < length; i++) {
            values[i] = i + 1;
        }
        return NdArray.of(values, length);
    }

    private static ObjectNode describe(Repository repository) {
        ObjectNode description = JSON.objectNode();
        ObjectNode refs = description.putObject("refs");
        repository.branches().forEach((name, id) -> refs.set("branch " + name, describe(repository, id)));
        repository.tags().forEach((name, id) -> refs.set("tag " + name, describe(repository, id)));
        ArrayNode operations = description.putArray("operations");
        repository.operations().forEach(update -> operations.add(describe(update.kind())));
        ObjectNode metadata = description.putObject("metadata");
        metadata.setAll(repository.settings().metadata());
        description.put("status", repository.settings().status().availability().toString());
        ObjectNode features = description.putObject("features");
        for (Feature feature : Feature.values()) {
            features.put(
                    feature.flagName(), repository.settings().feature(feature).toString());
        }
        description.put(
                "inline",
                Repository.findStoredConfig(repository.storage()).orElseThrow().inlineChunkThresholdBytes());
        return description;
    }

    /** An entry of the ops log as {@code interop/sessions_interop.py} tells it. */
    static String describe(UpdateKind kind) {
        if (kind instanceof UpdateKind.NewCommit commit) {
            return "NewCommit " + commit.branch() + " " + commit.snapshot();
        } else if (kind instanceof UpdateKind.CommitAmended amended) {
            return "CommitAmended " + amended.branch() + " " + amended.previous() + " " + amended.snapshot();
        } else if (kind instanceof UpdateKind.NewDetachedSnapshot detached) {
            return "NewDetachedSnapshot " + detached.snapshot();
        } else if (kind instanceof UpdateKind.BranchReset reset) {
            return "BranchReset " + reset.name() + " " + reset.previous();
        } else if (kind instanceof UpdateKind.BranchCreated created) {
            return "BranchCreated " + created.name();
        } else if (kind instanceof UpdateKind.TagCreated created) {
            return "TagCreated " + created.name();
        } else if (kind instanceof UpdateKind.TagDeleted deleted) {
            return "TagDeleted " + deleted.name() + " " + deleted.previous();
        } else if (kind instanceof UpdateKind.FeatureFlagChanged changed) {
            return "FeatureFlagChanged " + changed.id() + " "
                    + changed.value().map(String::valueOf).orElse("default");
        } else if (kind instanceof UpdateKind.StatusChanged changed) {
            return "RepoStatusChanged " + changed.status().availability() + " "
                    + changed.status().reason().orElse("");
        } else if (kind instanceof UpdateKind.RepositoryInitialized) {
            return "RepoInitialized";
        }
        return kind.getClass().getSimpleName();
    }

    private static ObjectNode describe(Repository repository, SnapshotId id) {
        ObjectNode ref = JSON.objectNode();
        ArrayNode history = ref.putArray("history");
        repository.history(id).forEach(entry -> {
            ObjectNode metadata = JSON.objectNode();
            metadata.setAll(entry.metadata());
            history.addObject()
                    .put("id", entry.id().toString())
                    .put("message", entry.message())
                    .set("metadata", metadata);
        });
        ObjectNode nodes = ref.putObject("nodes");
        Session session = repository.readonlySession(Version.snapshot(id));
        for (Node node : session.nodes()) {
            ObjectNode described =
                    nodes.putObject(node.path().toString()).put("id", node.id().toString());
            if (node.kind() == NodeKind.ARRAY) {
                ArrayNode values = described.putArray("values");
                NdArray elements = ZarrArray.open(session, node.path()).readAll();
                for (int i = 0; i < elements.size(); i++) {
                    values.add(Integer.parseInt(elements.stringAt(i)));
                }
            }
        }
        ArrayNode differences = ref.putArray("differences");
        repository
                .history(id)
                .skip(1)
                .forEach(entry ->
                        differences.add(describe(repository.diff(Version.snapshot(entry.id()), Version.snapshot(id)))));
        return ref;
    }

    /** A difference as {@code interop/sessions_interop.py} tells it. */
    static ObjectNode describe(Diff diff) {
        ObjectNode description = JSON.objectNode();
        put(description, "new groups", diff.newGroups());
        put(description, "new arrays", diff.newArrays());
        put(description, "deleted groups", diff.deletedGroups());
        put(description, "deleted arrays", diff.deletedArrays());
        put(description, "updated groups", diff.updatedGroups());
        put(description, "updated arrays", diff.updatedArrays());
        ObjectNode chunks = description.putObject("chunks");
        diff.updatedChunks().forEach((path, indices) -> put(chunks, path.toString(), indices));
        put(
                description,
                "moves",
                diff.moves().stream()
                        .map(move -> move.from() + " " + move.to())
                        .sorted()
                        .toList());
        return description;
    }

    private static void put(ObjectNode target, String name, Collection<?> items) {
        ArrayNode list = target.putArray(name);
        items.forEach(item -> list.add(item.toString()));
    }
}
