package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.asset.AssetCacheSizes;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodeId;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.ref.UpgradeRequiredException;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.Directories;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The shared fixture repositories of format versions 1 and 2, and of 2 after an upgrade, by several releases of the reference: all
 * that the expected files say of them.
 */
@UsesShared
class SharedFixturesTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "test-repo-v1",
                "split-repo-v1",
                "expire-repo-v1-by-1.1.21",
                "expire-repo-v1-by-2.0.5",
                "expire-repo-v1-by-working-copy",
                "test-repo-v2-migrated",
                "split-repo-v2-migrated",
                "test-repo-v2",
                "expire-repo-v2-by-2.0.5",
                "expire-repo-v2-by-working-copy",
                "js-types-v2"
            })
    void equalsItsExpectedFile(String name) throws IOException {
        JsonNode expected = expected(name);
        try (Storage storage = copyOf(name);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(repository.specVersion().number())
                    .isEqualTo(expected.path("spec_version").intValue());
            assertRefs(repository, expected);
            for (JsonNode snapshot : expected.path("snapshots")) {
                assertSnapshot(repository, snapshot);
            }
            assertLogs(repository, expected);
            assertOperations(repository);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "test-repo-v1",
                "split-repo-v1",
                "expire-repo-v1-by-1.1.21",
                "expire-repo-v1-by-2.0.5",
                "expire-repo-v1-by-working-copy",
                "test-repo-v2-migrated",
                "split-repo-v2-migrated",
                "test-repo-v2",
                "expire-repo-v2-by-2.0.5",
                "expire-repo-v2-by-working-copy",
                "js-types-v2"
            })
    void takesACommit(String name) {
        try (Storage storage = copyOf(name);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            long operations = operations(repository);
            WritableSession session = repository.writableSession("main");
            ObjectNode attributes =
                    session.groupMetadata(NodePath.ROOT).attributes().put("ours", true);
            session.updateGroup(
                    NodePath.ROOT, session.groupMetadata(NodePath.ROOT).withAttributes(attributes));
            SnapshotId id = session.commit(CommitRequest.of("ours")).orThrow().id();
            assertThat(repository.findBranch("main")).hasValue(id);
            assertThat(repository.history(id).skip(1).findFirst().map(SnapshotEntry::id))
                    .hasValue(session.snapshotId());
            assertThat(operations(repository)).isEqualTo(operations + (operations == 0 ? 0 : 1));
            assertThat(repository
                            .readonlySession(Version.snapshot(id))
                            .groupMetadata(NodePath.ROOT)
                            .attributes())
                    .isEqualTo(attributes);
        }
    }

    /** Version 1 has no ops log. */
    private static long operations(Repository repository) {
        return repository.specVersion() == SpecVersion.V1
                ? 0
                : repository.operations().count();
    }

    private Storage copyOf(String name) {
        Path source = SharedFolder.path().resolve("fixtures/icechunk").resolve(name);
        return LocalStorage.open(Directories.copy(source, folder.resolve(name)), Durability.PROCESS);
    }

    private static JsonNode expected(String name) throws IOException {
        Path file = SharedFolder.path().resolve("fixtures/icechunk/expected").resolve(name + ".json");
        return new ObjectMapper().readTree(Files.readString(file));
    }

    private static void assertRefs(Repository repository, JsonNode expected) {
        assertThat(texts(repository.branches())).isEqualTo(texts(expected.path("branches")));
        assertThat(texts(repository.tags())).isEqualTo(texts(expected.path("tags")));
        for (JsonNode selected : expected.path("selected")) {
            SnapshotId id = SnapshotId.parse(selected.path("snapshot").textValue());
            assertThat(repository.history(id).map(entry -> entry.id().toString()))
                    .containsExactlyElementsOf(strings(selected.path("ancestry")));
        }
    }

    private static void assertSnapshot(Repository repository, JsonNode expected) {
        SnapshotId id = SnapshotId.parse(expected.path("id").textValue());
        SnapshotEntry entry = repository.info().snapshots().find(id).orElseThrow();
        ReadonlySession session = repository.readonlySession(Version.snapshot(id));
        Snapshot snapshot = session.snapshot();
        assertThat(entry.parent().map(SnapshotId::toString))
                .isEqualTo(Optional.ofNullable(expected.path("parent").textValue()));
        assertThat(entry.message()).isEqualTo(expected.path("message").textValue());
        assertThat(snapshot.message()).isEqualTo(entry.message());
        assertThat(snapshot.flushedAt())
                .isEqualTo(OffsetDateTime.parse(expected.path("written_at").textValue())
                        .toInstant());
        assertThat(JsonNodeFactory.instance
                        .objectNode()
                        .setAll(snapshot.metadata())
                        .toString())
                .isEqualTo(expected.path("metadata").toString());
        assertThat(snapshot.manifestFiles().stream()
                        .map(file -> file.id() + " " + file.sizeBytes() + " " + file.chunkReferences()))
                .containsExactlyInAnyOrderElementsOf(
                        StreamSupport.stream(expected.path("manifests").spliterator(), false)
                                .map(file -> file.path("id").textValue() + " " + file.path("size_bytes") + " "
                                        + file.path("chunk_refs"))
                                .toList());
        assertGroups(session, expected.path("groups"));
        assertArrays(session, expected.path("arrays"));
    }

    private static void assertGroups(ReadonlySession session, JsonNode groups) {
        Map<String, String> found = new TreeMap<>();
        Map<String, String> expected = new TreeMap<>();
        groups.forEach(group -> expected.put(
                group.path("path").textValue(),
                comparable(group.path("attributes")).toString()));
        session.nodes().stream()
                .filter(node -> node.kind() == NodeKind.GROUP)
                .forEach(node -> found.put(
                        node.path().toString(),
                        comparable(session.groupMetadata(node.path()).attributes())
                                .toString()));
        assertThat(found).isEqualTo(expected);
    }

    private static void assertArrays(ReadonlySession session, JsonNode arrays) {
        assertThat(session.nodes().stream()
                        .filter(node -> node.kind() == NodeKind.ARRAY)
                        .map(node -> node.path().toString()))
                .containsExactlyElementsOf(StreamSupport.stream(arrays.spliterator(), false)
                        .map(array -> array.path("path").textValue())
                        .sorted()
                        .toList());
        arrays.forEach(array -> assertArray(session, array));
    }

    private static void assertArray(ReadonlySession session, JsonNode expected) {
        NodePath path = NodePath.of(expected.path("path").textValue());
        ArrayMetadata metadata = session.arrayMetadata(path);
        assertThat(metadata.dataTypeName()).isEqualTo(expected.path("dtype").textValue());
        assertThat(metadata.shape()).containsExactly(longs(expected.path("shape")));
        assertThat(metadata.chunkShape()).containsExactly(longs(expected.path("chunk_shape")));
        assertThat(comparable(metadata.attributes())).isEqualTo(comparable(expected.path("attributes")));
        assertThat(metadata.hasDimensionNames())
                .isEqualTo(!expected.path("dimension_names").isNull());
        List<ChunkIndex> chunks = session.chunkIndices(path).toList();
        assertThat(chunks)
                .as("chunks of " + path)
                .hasSize(expected.path("stored_chunks").intValue());
        boolean virtual = false;
        for (ChunkIndex chunk : chunks) {
            ChunkReference reference = session.findChunk(path, chunk).orElseThrow();
            virtual |= reference instanceof ChunkReference.Virtual;
            if (!(reference instanceof ChunkReference.Virtual)) {
                assertThat(session.readChunk(path, chunk).orElseThrow().remaining())
                        .isEqualTo((int) reference.length());
            }
        }
        if (!virtual) {
            assertThat(sha256(ZarrArray.open(session, path).readAll()))
                    .as("values of " + path)
                    .isEqualTo(expected.path("sha256").textValue());
        }
    }

    /**
     * What the expected file says of the differences between a snapshot and its parent comes from the transaction logs.
     */
    private static void assertLogs(Repository repository, JsonNode expected) {
        AssetStore assets = new AssetStore(repository.storage(), AssetCacheSizes.DEFAULT, new Random(1));
        for (JsonNode snapshot : expected.path("snapshots")) {
            SnapshotId id = SnapshotId.parse(snapshot.path("id").textValue());
            SnapshotEntry entry = repository.info().snapshots().find(id).orElseThrow();
            if (!snapshot.has("diff") || !isWhole(repository, entry)) {
                continue;
            }
            List<SnapshotId> ids = new ArrayList<>(entry.prunedAncestorLogs());
            ids.add(id);
            assertDifference(
                    ids.stream().map(assets::fetchTransactionLog).toList(),
                    assets.fetchSnapshot(id),
                    snapshot.path("diff"));
        }
    }

    private static boolean isWhole(Repository repository, SnapshotEntry entry) {
        return entry.prunedAncestorLogs().stream()
                .allMatch(log ->
                        repository.storage().stat(AssetKeys.transactionLog(log)).isPresent());
    }

    private static void assertDifference(List<TransactionLog> logs, Snapshot after, JsonNode expected) {
        Map<NodeId, String> paths = new TreeMap<>();
        after.nodes().forEach(node -> paths.put(node.id(), node.path().toString()));
        Map<String, Integer> updated = new TreeMap<>();
        logs.forEach(log -> log.updatedChunks()
                .forEach((node, chunks) -> Optional.ofNullable(paths.get(node))
                        .ifPresent(path -> updated.merge(path, chunks.size(), Math::max))));
        Map<String, Integer> expectedUpdated = new TreeMap<>();
        expected.path("updated_chunks")
                .properties()
                .forEach(e -> expectedUpdated.put(e.getKey(), e.getValue().size()));
        assertThat(updated).isEqualTo(expectedUpdated);
        assertThat(logs.stream()
                        .flatMap(log -> log.newArrays().stream())
                        .map(paths::get)
                        .filter(path -> path != null))
                .containsExactlyInAnyOrderElementsOf(strings(expected.path("new_arrays")));
        assertThat(logs.stream().flatMap(log -> log.moves().stream()).map(move -> move.from() + " " + move.to()))
                .containsExactlyElementsOf(
                        StreamSupport.stream(expected.path("moved_nodes").spliterator(), false)
                                .map(move -> move.path("from").textValue() + " "
                                        + move.path("to").textValue())
                                .toList());
    }

    private static void assertOperations(Repository repository) {
        if (repository.specVersion() == SpecVersion.V1) {
            assertThatThrownBy(repository::operations).isInstanceOf(UpgradeRequiredException.class);
            return;
        }
        List<Update> updates = repository.operations().toList();
        for (int i = 1; i < updates.size(); i++) {
            assertThat(updates.get(i - 1).updatedAt()).isAfter(updates.get(i).updatedAt());
        }
        assertThat(updates.get(updates.size() - 1).kind()).isEqualTo(new UpdateKind.RepositoryInitialized());
    }

    private static String sha256(NdArray array) {
        NdArray flat = array.reshaped(array.size());
        var bytes = CodecChain.uncompressed(array.dataType()).encode(flat);
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Numbers by value, since the expected files know no difference between 42 and 42.0. */
    private static JsonNode comparable(JsonNode value) {
        if (value.isNumber()) {
            return JsonNodeFactory.instance.numberNode(value.doubleValue());
        }
        if (value.isObject()) {
            ObjectNode sorted = JsonNodeFactory.instance.objectNode();
            Map<String, JsonNode> members = new TreeMap<>();
            value.properties().forEach(member -> members.put(member.getKey(), comparable(member.getValue())));
            sorted.setAll(members);
            return sorted;
        }
        return value;
    }

    private static Map<String, String> texts(Map<String, SnapshotId> refs) {
        Map<String, String> texts = new TreeMap<>();
        refs.forEach((name, id) -> texts.put(name, id.toString()));
        return texts;
    }

    private static Map<String, String> texts(JsonNode refs) {
        Map<String, String> texts = new TreeMap<>();
        refs.properties().forEach(ref -> texts.put(ref.getKey(), ref.getValue().textValue()));
        return texts;
    }

    private static List<String> strings(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    private static long[] longs(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .mapToLong(JsonNode::longValue)
                .toArray();
    }
}
