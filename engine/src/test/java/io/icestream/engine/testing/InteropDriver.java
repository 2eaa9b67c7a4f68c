package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.maintenance.CollectRequest;
import io.icestream.engine.maintenance.Expiration;
import io.icestream.engine.maintenance.ExpireRequest;
import io.icestream.engine.maintenance.ExpireRequest.ExpiredRefs;
import io.icestream.engine.maintenance.GarbageCollector;
import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.AmendRequest;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The engine's half of {@code interop/random_interop.py}: does what it is told to one repository, a command per line of the
 * standard input, and answers each with one line. A command is a JSON object, its name under {@code do}; an answer has
 * {@code result}, or {@code error} with the type of the exception. To add a command, add a line to {@link #commands}.
 *
 * <p>Argument: the directory of the repository, which must be there already.
 */
public final class InteropDriver {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Storage storage;
    private final Map<String, Function<JsonNode, JsonNode>> commands = new HashMap<>();
    private Repository repository;

    private InteropDriver(Storage storage) {
        this.storage = storage;
        this.repository = Repository.open(storage, RepositoryOptions.defaults());
        commands();
    }

    private void commands() {
        commands.put("reopen", this::reopen);
        commands.put("look", this::look);
        commands.put(
                "snapshot", command -> tree(SnapshotId.parse(command.path("id").asText())));
        commands.put("verify", this::verify);
        commands.put("edit", this::edit);
        commands.put("move", this::move);
        commands.put("create branch", command -> done(() -> repository.createBranch(name(command), id(command))));
        commands.put("delete branch", command -> done(() -> repository.deleteBranch(name(command))));
        commands.put("reset", command -> done(() -> repository.resetBranch(name(command), id(command))));
        commands.put(
                "create tag",
                command -> JSON.textNode(repository
                        .createTag(name(command), id(command))
                        .getClass()
                        .getSimpleName()));
        commands.put("delete tag", command -> done(() -> repository.deleteTag(name(command))));
        commands.put(
                "metadata",
                command ->
                        done(() -> repository.settings().updateMetadata(Map.of(name(command), command.path("value")))));
        commands.put("expire", this::expire);
        commands.put("collect", this::collect);
    }

    /**
     * Serves commands until the input ends.
     *
     * @param arguments the directory
     * @throws IOException if the input or the output is gone
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        System.setOut(System.err);
        try (Storage storage = LocalStorage.open(Path.of(arguments[0]), Durability.PROCESS);
                BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            InteropDriver driver = new InteropDriver(storage);
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.println(MAPPER.writeValueAsString(driver.answer(MAPPER.readTree(line))));
            }
            driver.repository.close();
        }
    }

    private ObjectNode answer(JsonNode command) {
        ObjectNode answer = JSON.objectNode();
        String name = command.path("do").asText();
        try {
            Function<JsonNode, JsonNode> action = Optional.ofNullable(commands.get(name))
                    .orElseThrow(() -> new IllegalArgumentException("No command '" + name + "'"));
            answer.set("result", action.apply(command));
        } catch (RuntimeException e) {
            answer.put("error", e.getClass().getSimpleName()).put("message", String.valueOf(e.getMessage()));
        }
        return answer;
    }

    private static String name(JsonNode command) {
        return command.path("name").asText();
    }

    private static SnapshotId id(JsonNode command) {
        return SnapshotId.parse(command.path("id").asText());
    }

    private static JsonNode done(Runnable action) {
        action.run();
        return JSON.nullNode();
    }

    private JsonNode reopen(JsonNode command) {
        repository.close();
        repository = Repository.open(storage, RepositoryOptions.defaults());
        return JSON.nullNode();
    }

    // Looking

    private JsonNode look(JsonNode command) {
        ObjectNode state = JSON.objectNode();
        ObjectNode refs = state.putObject("refs");
        repository.branches().forEach((name, tip) -> refs.set("branch " + name, ref(tip)));
        repository.tags().forEach((name, at) -> refs.set("tag " + name, ref(at)));
        ObjectNode metadata = state.putObject("metadata");
        metadata.setAll(repository.settings().metadata());
        ArrayNode operations = state.putArray("operations");
        repository.operations().forEach(update -> operations.add(InteropSessions.describe(update.kind())));
        return state;
    }

    private ObjectNode ref(SnapshotId id) {
        ObjectNode ref = JSON.objectNode();
        ArrayNode history = ref.putArray("history");
        repository.history(id).forEach(entry -> history.add(describe(entry)));
        ref.set("tree", tree(id));
        repository
                .findSnapshot(id)
                .flatMap(SnapshotEntry::parent)
                .ifPresent(parent -> ref.set(
                        "last change",
                        InteropSessions.describe(repository.diff(Version.snapshot(parent), Version.snapshot(id)))));
        return ref;
    }

    private static ObjectNode describe(SnapshotEntry entry) {
        ObjectNode described = JSON.objectNode();
        described.put("id", entry.id().toString());
        described.put("message", entry.message());
        described.put("time", ChronoUnit.MICROS.between(Instant.EPOCH, entry.flushedAt()));
        ObjectNode metadata = described.putObject("metadata");
        metadata.setAll(entry.metadata());
        return described;
    }

    private ObjectNode tree(SnapshotId id) {
        ObjectNode tree = JSON.objectNode();
        ReadonlySession session = repository.readonlySession(Version.snapshot(id));
        for (Node node : session.nodes()) {
            ObjectNode described = tree.putObject(node.path().toString());
            described.put("id", node.id().toString());
            if (node.kind() == NodeKind.GROUP) {
                described.set(
                        "k", session.groupMetadata(node.path()).attributes().path("k"));
            } else {
                ArrayMetadata metadata = session.arrayMetadata(node.path());
                described.set("k", metadata.attributes().path("k"));
                described.put("length", metadata.shape()[0]);
                ObjectNode chunks = described.putObject("chunks");
                session.chunkIndices(node.path())
                        .forEach(chunk -> chunks.put(
                                chunk.toString(),
                                session.readChunk(node.path(), chunk)
                                        .orElseThrow()
                                        .get(0)));
            }
        }
        return tree;
    }

    private JsonNode verify(JsonNode command) {
        ArrayNode findings = JSON.arrayNode();
        new Verification(repository)
                .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), (stage, done, expected) -> {})
                .findings()
                .forEach(finding -> findings.add(finding.toString()));
        return findings;
    }

    // Changing

    private JsonNode edit(JsonNode command) {
        WritableSession session =
                repository.writableSession(command.path("branch").asText());
        command.path("edits").forEach(edit -> edit(session, edit));
        return switch (command.path("how").asText()) {
            case "amend" -> ended(session.amend(amendment(command)));
            case "aside" -> ended(session.commitDetached(commit(command)));
            default -> ended(session.commit(commit(command)));
        };
    }

    private JsonNode move(JsonNode command) {
        RearrangeSession session =
                repository.rearrangeSession(command.path("branch").asText());
        command.path("moves")
                .forEach(move -> session.move(
                        NodePath.of(move.get(0).asText()),
                        NodePath.of(move.get(1).asText())));
        return command.path("how").asText().equals("amend")
                ? ended(session.amend(amendment(command)))
                : ended(session.commit(commit(command)));
    }

    private static CommitRequest commit(JsonNode command) {
        return CommitRequest.of(command.path("message").asText())
                .metadata(Map.of("by", JSON.textNode("engine")))
                .allowEmpty();
    }

    private static AmendRequest amendment(JsonNode command) {
        return AmendRequest.of(command.path("message").asText()).withMetadata(Map.of("by", JSON.textNode("engine")));
    }

    private static JsonNode ended(CommitOutcome outcome) {
        return JSON.textNode(outcome.orThrow().id().toString());
    }

    private static void edit(WritableSession session, JsonNode edit) {
        NodePath path = NodePath.of(edit.get(1).asText());
        switch (edit.get(0).asText()) {
            case "group" -> session.createGroup(path, group(edit.get(2).asInt()));
            case "array" ->
                session.createArray(path, array(edit.get(2).asInt(), edit.get(3).asInt()));
            case "update group" -> session.updateGroup(path, group(edit.get(2).asInt()));
            case "update array" ->
                session.updateArray(path, array(edit.get(2).asInt(), edit.get(3).asInt()));
            case "delete" -> session.delete(path);
            case "set" ->
                session.setChunk(path, ChunkIndex.of(edit.get(2).asInt()), ByteBuffer.wrap(new byte[] {
                    (byte) edit.get(3).asInt()
                }));
            case "delete chunk" ->
                session.deleteChunk(path, ChunkIndex.of(edit.get(2).asInt()));
            case "shift" -> session.shiftArray(path, edit.get(2).asInt());
            case "reverse" -> {
                int last = edit.get(2).asInt() - 1;
                BiFunction<Integer, ChunkIndex, Optional<ChunkIndex>> reversed =
                        (end, chunk) -> Optional.of(ChunkIndex.of(end - chunk.at(0)));
                session.reindexArray(path, chunk -> reversed.apply(last, chunk), chunk -> reversed.apply(last, chunk));
            }
            default -> throw new IllegalArgumentException("No edit '" + edit + "'");
        }
    }

    private static ObjectNode attributes(int k) {
        return JSON.objectNode().put("k", k);
    }

    private static GroupMetadata group(int k) {
        return GroupMetadata.of(attributes(k));
    }

    private static ArrayMetadata array(int k, int length) {
        return ArrayMetadata.builder(DataType.INT8, new long[] {length}, new long[] {1})
                .codecs(CodecChain.uncompressed(DataType.INT8))
                .build()
                .withAttributes(attributes(k));
    }

    private static Instant time(JsonNode command) {
        long micros = command.path("older than").asLong();
        return Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    }

    private JsonNode expire(JsonNode command) {
        ExpireRequest request = ExpireRequest.olderThan(time(command))
                .withBranches(command.path("branches").asBoolean() ? ExpiredRefs.DELETE : ExpiredRefs.KEEP)
                .withTags(command.path("tags").asBoolean() ? ExpiredRefs.DELETE : ExpiredRefs.KEEP);
        ArrayNode released = JSON.arrayNode();
        new Expiration(repository).run(request).released().forEach(id -> released.add(id.toString()));
        return released;
    }

    private JsonNode collect(JsonNode command) {
        CollectRequest request = CollectRequest.olderThan(time(command)).withBackupsOlderThan(Optional.empty());
        return JSON.numberNode(new GarbageCollector(repository)
                .run(request, (stage, done, expected) -> {})
                .droppedSnapshots());
    }
}
