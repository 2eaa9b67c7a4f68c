package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.maintenance.Progress;
import io.icestream.engine.maintenance.Upgrade;
import io.icestream.engine.maintenance.UpgradeRequest;
import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
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
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The engine's side of {@code interop/version1_interop.py}, which explains the exchange: {@code create DIRECTORY} makes
 * {@code DIRECTORY/ours}, {@code turn DIRECTORY N} checks all repositories against their models and makes turn N on each,
 * {@code upgrade DIRECTORY} upgrades a copy of each that is in version 1. With a location at the end, which has {@code {}} for the
 * name, the repositories are there and only the models in the folder; there is no upgrade then.
 */
public final class InteropVersion1 {
    private static final String ACTOR = "engine";
    private static final int CHUNK = 2;
    private static final NodePath A = NodePath.of("/g/a");
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final String name;
    private final Repository repository;
    private final ObjectNode model;

    private InteropVersion1(String name, Repository repository, ObjectNode model) {
        this.name = name;
        this.repository = repository;
        this.model = model;
    }

    /**
     * Runs one verb.
     *
     * @param arguments the verb, a folder, the number of a turn, and perhaps a location
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[1]);
        try {
            if (arguments[0].equals("create")) {
                create(directory, place(arguments, directory, "ours"));
                return;
            }
            for (Path model : models(directory)) {
                String name = String.valueOf(model.getFileName()).replace(".json", "");
                run(arguments, directory, name, (ObjectNode) MAPPER.readTree(Files.readString(model)));
            }
            System.out.println("version 1: the engine agrees with the models of "
                    + String.join(
                            ", ",
                            models(directory).stream()
                                    .map(path -> String.valueOf(path.getFileName()))
                                    .toList()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> models(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
        }
    }

    /** Where a repository is. */
    private static String place(String[] arguments, Path directory, String name) {
        String last = arguments[arguments.length - 1];
        return last.contains("{}")
                ? last.replace("{}", name)
                : directory.resolve(name).toString();
    }

    private static Storage open(String place) {
        return place.contains("://")
                ? StorageProvider.find(place).orElseThrow().open(place, Map.of(), System.getenv())
                : LocalStorage.open(Path.of(place), Durability.PROCESS);
    }

    private static void run(String[] arguments, Path directory, String name, ObjectNode model) throws IOException {
        try (Storage storage = open(place(arguments, directory, name));
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            InteropVersion1 exchange = new InteropVersion1(name, repository, model);
            exchange.check();
            if (arguments[0].equals("turn")) {
                exchange.turn(Integer.parseInt(arguments[2]));
                exchange.check();
                Files.writeString(directory.resolve(name + ".json"), MAPPER.writeValueAsString(model));
                return;
            }
        }
        if (model.path("version").asInt() == 1) {
            upgrade(directory, name, model);
        }
    }

    private static void upgrade(Path directory, String name, ObjectNode model) throws IOException {
        String upgraded = name + "-upgraded-by-" + ACTOR;
        Directories.copy(directory.resolve(name), directory.resolve(upgraded));
        try (Storage storage = LocalStorage.open(directory.resolve(upgraded), Durability.PROCESS);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            new Upgrade(repository).run(UpgradeRequest.defaults().withFiles(UpgradeRequest.Version1Files.DELETE));
        }
        Files.writeString(
                directory.resolve(upgraded + ".json"),
                MAPPER.writeValueAsString(model.deepCopy().put("version", 2)));
    }

    private static void create(Path directory, String place) throws IOException {
        RepositoryOptions options =
                RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withInlineChunkThresholdBytes(5));
        try (Storage storage = open(place);
                Repository repository = Repository.create(storage, options, SpecVersion.V1)) {
            WritableSession session = repository.writableSession("main");
            ZarrGroup group = ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.empty())
                    .createGroup("g", GroupMetadata.empty());
            group.createArray(
                            "a",
                            ArrayMetadata.builder(DataType.INT32, new long[] {6}, new long[] {CHUNK})
                                    .dimensionNames("x")
                                    .build())
                    .write(new long[] {0}, NdArray.of(new int[] {0, 1, 2, 3, 4, 5}, 6));
            JsonNode start = MAPPER.readTree("[1, -2, 2.5, {\"nested\": null, \"big\": 9223372036854775808}]");
            session.commit(CommitRequest.of("start").metadata(Map.of("start", start)))
                    .orThrow();
            ObjectNode model = (ObjectNode)
                    MAPPER.readTree(
                            "{\"version\": 1, \"inline\": 5, \"branches\": {\"main\": {\"messages\": [\"start\", \"Repository initialized\"],"
                                    + " \"values\": [0, 1, 2, 3, 4, 5], \"groups\": []}}, \"tags\": {}, \"deleted\": [], \"diff\": [0, 1, 2]}");
            model.putObject("metadata").set("start", start);
            Files.writeString(directory.resolve("ours.json"), MAPPER.writeValueAsString(model));
        }
    }

    // Comparison with the model

    private void same(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError(name + ", " + what + ": " + expected + " in the model, the engine finds " + found);
        }
    }

    private void check() {
        same("version", model.path("version").asInt(), repository.specVersion().number());
        same("inline", model.path("inline").asInt(), repository.config().inlineChunkThresholdBytes());
        same("branches", names(model.path("branches")), repository.branches().keySet());
        same("tags", names(model.path("tags")), repository.tags().keySet());
        model.path("branches")
                .properties()
                .forEach(ref -> same("branch " + ref.getKey(), ref.getValue(), look(Version.branch(ref.getKey()))));
        model.path("tags")
                .properties()
                .forEach(ref -> same("tag " + ref.getKey(), ref.getValue(), look(Version.tag(ref.getKey()))));
        model.path("deleted")
                .forEach(tag -> same(
                        "tag " + tag, true, repository.findTag(tag.asText()).isEmpty()));
        checkTip();
        same(
                "findings",
                List.of(),
                new Verification(repository)
                        .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), Progress.NONE)
                        .findings());
    }

    private static Set<String> names(JsonNode refs) {
        Set<String> names = new TreeSet<>();
        refs.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private JsonNode look(Version version) {
        ReadonlySession session = repository.readonlySession(version);
        ObjectNode state = JSON.objectNode();
        ArrayNode messages = state.putArray("messages");
        repository.history(session.snapshotId()).map(SnapshotEntry::message).forEach(messages::add);
        ArrayNode values = state.putArray("values");
        for (int value : ZarrArray.open(session, A).readAll().ints()) {
            values.add(value);
        }
        ArrayNode groups = state.putArray("groups");
        session.nodes().stream()
                .filter(node -> node.kind() == NodeKind.GROUP)
                .map(node -> node.path().toString())
                .filter(path -> path.startsWith("/g/"))
                .forEach(path -> groups.add(path.substring(3)));
        return state;
    }

    private static String sorted(JsonNode json) {
        try {
            return InteropRepository.normalForm(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void checkTip() {
        List<SnapshotEntry> history =
                repository.history(repository.findBranch("main").orElseThrow()).toList();
        ArrayNode chunks = JSON.arrayNode();
        repository
                .diff(Version.snapshot(history.get(1).id()), Version.branch("main"))
                .updatedChunks()
                .getOrDefault(A, Collections.emptySortedSet())
                .forEach(chunk -> chunks.add(chunk.at(0)));
        same("diff", model.path("diff").toString(), chunks.toString());
        ObjectNode metadata = JSON.objectNode();
        metadata.setAll(history.get(0).metadata());
        same("metadata", sorted(model.path("metadata")), sorted(metadata));
        if (repository.specVersion() == SpecVersion.V2) {
            List<Update> updates = repository.operations().toList();
            for (int i = 1; i < updates.size(); i++) {
                same(
                        "log",
                        true,
                        updates.get(i - 1).updatedAt().isAfter(updates.get(i).updatedAt()));
            }
        }
    }

    // A turn

    private void turn(int n) {
        ObjectNode main = (ObjectNode) model.path("branches").path("main");
        commitsOnMain(main, n);
        model.set("diff", JSON.arrayNode().add(main.path("values").size() / CHUNK - 1));
        ObjectNode metadata = JSON.objectNode();
        metadata.putObject("__icechunk").put("rebase_attempts", 1);
        model.set("metadata", metadata.put("by", ACTOR).put("turn", n));
        SnapshotId tip = repository.findBranch("main").orElseThrow();
        String branch = ACTOR + "-" + n;
        repository.createBranch(branch, tip);
        commit(branch, "aside", session -> set(session, 1, -n));
        ObjectNode aside = main.deepCopy();
        ((ArrayNode) aside.path("values")).set(1, JSON.numberNode(-n));
        ((ArrayNode) aside.path("messages")).insert(0, "aside");
        ((ObjectNode) model.path("branches")).set(branch, aside);
        repository.createTag(ACTOR + " works! " + n, tip);
        ((ObjectNode) model.path("tags")).set(ACTOR + " works! " + n, main.deepCopy());
        refsOfTheOther(main, tip);
    }

    private void commitsOnMain(ObjectNode main, int n) {
        ArrayNode values = (ArrayNode) main.path("values");
        commit("main", ACTOR + " " + n, session -> {
            ZarrArray.open(session, A).append(NdArray.of(new int[] {n, n + 1}, CHUNK), 0);
            set(session, n % 4, 100 * n);
            ZarrGroup.open(session, NodePath.of("/g")).createGroup(ACTOR + n, GroupMetadata.empty());
        });
        values.add(n).add(n + 1);
        values.set(n % 4, JSON.numberNode(100 * n));
        TreeSet<String> groups = new TreeSet<>(List.of(ACTOR + n));
        main.path("groups").forEach(group -> groups.add(group.asText()));
        groups.forEach(main.putArray("groups")::add);

        WritableSession first = repository.writableSession("main");
        WritableSession second = repository.writableSession("main");
        set(first, 0, 10 * n);
        set(second, values.size() - 1, 10 * n + 1);
        first.commit(CommitRequest.of("first")).orThrow();
        second.commit(CommitRequest.of("second")
                        .metadata(Map.of("turn", JSON.numberNode(n), "by", JSON.textNode(ACTOR)))
                        .solver(new ConflictDetector()))
                .orThrow();
        values.set(0, JSON.numberNode(10 * n));
        values.set(values.size() - 1, JSON.numberNode(10 * n + 1));
        ((ArrayNode) main.path("messages"))
                .insert(0, ACTOR + " " + n)
                .insert(0, "first")
                .insert(0, "second");
    }

    private void refsOfTheOther(ObjectNode main, SnapshotId tip) {
        names(model.path("tags")).stream()
                .filter(tag -> !tag.startsWith(ACTOR))
                .findFirst()
                .ifPresent(tag -> {
                    repository.deleteTag(tag);
                    ((ObjectNode) model.path("tags")).remove(tag);
                    ((ArrayNode) model.path("deleted")).add(tag);
                });
        Iterator<String> others = names(model.path("branches")).stream()
                .filter(branch -> !branch.startsWith(ACTOR) && !branch.equals("main"))
                .iterator();
        if (others.hasNext()) {
            String other = others.next();
            repository.resetBranch(other, tip, repository.findBranch(other).orElseThrow());
            ((ObjectNode) model.path("branches")).set(other, main.deepCopy());
        }
        if (others.hasNext()) {
            String other = others.next();
            repository.deleteBranch(other);
            ((ObjectNode) model.path("branches")).remove(other);
        }
    }

    private void commit(String branch, String message, Consumer<WritableSession> change) {
        repository.transact(branch, CommitRequest.of(message), change);
    }

    private static void set(WritableSession session, int at, int value) {
        ZarrArray.open(session, A).write(new long[] {at}, NdArray.of(new int[] {value}, 1));
    }
}
