package io.icestream.engine.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.Node;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageProvider;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.store.ZarrGroup;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.ChunkGrid;
import io.icestream.engine.zarr.ChunkLengths;
import io.icestream.engine.zarr.Codec;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.Endian;
import io.icestream.engine.zarr.FillValue;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes a repository that uses every feature of the engine, describes repositories as JSON, and compares them with a
 * description. The other half is {@code interop/engine_interop.py}, which does the same with the reference client: each
 * reads what the other wrote.
 *
 * <p>Arguments: {@code write DIRECTORY} makes {@code DIRECTORY/repository} and its description
 * {@code DIRECTORY/java.json}; {@code check DIRECTORY} compares the repository, to which the reference client has
 * added, with {@code DIRECTORY/python.json}. A third argument such as {@code s3://bucket/prefix?endpoint=…} puts the
 * repository there instead.
 */
public final class InteropRepository {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private InteropRepository() {}

    /**
     * Runs one half of the exchange.
     *
     * @param arguments {@code write} or {@code check}, a folder, and perhaps a location in a store
     */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[1]);
        try (Storage storage = arguments.length > 2 ? store(arguments[2]) : local(directory)) {
            if (arguments[0].equals("write")) {
                write(storage, directory.resolve("java.json"));
            } else {
                check(storage, directory.resolve("python.json"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Storage local(Path directory) {
        return LocalStorage.open(directory.resolve("repository"), Durability.PROCESS);
    }

    private static Storage store(String location) {
        return StorageProvider.find(location).orElseThrow().open(location, Map.of(), System.getenv());
    }

    private static void write(Storage storage, Path description) throws IOException {
        try (Repository repository =
                Repository.create(storage, RepositoryOptions.defaults().withConfig(config()))) {
            fill(repository);
            MAPPER.writerWithDefaultPrettyPrinter().writeValue(description.toFile(), describe(repository));
        }
    }

    private static void check(Storage storage, Path description) throws IOException {
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            String expected = normalForm(MAPPER.readTree(Files.readString(description)));
            String found = normalForm(describe(repository));
            if (!found.equals(expected)) {
                Files.writeString(description.resolveSibling("java-found.json"), found);
                throw new AssertionError("The repository is not as " + description + " says; see java-found.json");
            }
            System.out.println("the engine agrees with the reference client on "
                    + repository.operations().count() + " operations");
        }
    }

    /**
     * Writes a description so that equal ones are equal texts.
     *
     * @param description a description
     * @return the text, keys sorted
     * @throws IOException never, in practice
     */
    public static String normalForm(JsonNode description) throws IOException {
        return MAPPER.writer()
                .with(SerializationFeature.INDENT_OUTPUT)
                .with(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                .writeValueAsString(MAPPER.treeToValue(description, Object.class));
    }

    private static RepositoryConfig config() {
        SplitRule splits = new SplitRule(
                new ArrayCondition.NameMatches("^split"),
                List.of(
                        new SplitRule.DimensionSplit(new DimensionCondition.Axis(0), 2),
                        new SplitRule.DimensionSplit(new DimensionCondition.DimensionName("^x$"), 3)));
        return RepositoryConfig.DEFAULT
                .withSplitRules(List.of(splits))
                .withUpdatesPerRepositoryObject(4)
                .withInlineChunkThresholdBytes(100);
    }

    /**
     * Writes everything that there is: every data type and codec, inline and stored chunks, split manifests, growing,
     * shrinking, deleting, branches, tags, a rebase, a commit with a key.
     *
     * @param repository empty
     */
    public static void fill(Repository repository) {
        SnapshotId types = types(repository);
        repository.createTag("types", types);
        splits(repository);
        resizes(repository);
        repository.createBranch("side", types);
        commit(
                repository,
                "side",
                "on a branch",
                session -> ZarrGroup.open(session, NodePath.ROOT)
                        .replaceAttributes(JSON.objectNode().put("branch", "side")));
        repository.createBranch("gone", types);
        repository.deleteBranch("gone");
        repository.createTag("gone", types);
        repository.deleteTag("gone");
        deletions(repository);
        rebase(repository);
        repository.createTag("tip ü", repository.findBranch("main").orElseThrow());
    }

    private interface Edit {
        void apply(WritableSession session);
    }

    private static SnapshotId commit(Repository repository, String branch, String message, Edit edit) {
        WritableSession session = repository.writableSession(branch);
        edit.apply(session);
        return session.commit(CommitRequest.of(message)
                        .metadata(Map.of(
                                "about",
                                JSON.textNode(message),
                                "list",
                                JSON.arrayNode().add(1).add(2.5)))
                        .idempotencyKey("key of " + message))
                .orThrow()
                .id();
    }

    private static SnapshotId types(Repository repository) {
        return commit(repository, "main", "types", session -> {
            ObjectNode attributes = JSON.objectNode().put("title", "all types").put("n", 3);
            ZarrGroup root = ZarrGroup.create(session, NodePath.ROOT, GroupMetadata.of(attributes));
            ZarrGroup group = root.createGroup("types", GroupMetadata.empty());
            for (DataType type : DataType.plainTypes()) {
                ZarrArray array = group.createArray(
                        type.zarrName(),
                        ArrayMetadata.builder(type, new long[] {5, 7}, new long[] {2, 4})
                                .codecs(codecs(type))
                                .dimensionNames("y", "x")
                                .attributes(JSON.objectNode().put("type", type.zarrName()))
                                .build());
                array.write(new long[] {0, 1}, values(type, 4, 5));
            }
            layouts(root);
            root.createArray(
                            "scalar",
                            ArrayMetadata.builder(DataType.INT32, new long[0], new long[0])
                                    .build())
                    .write(new long[0], NdArray.of(new int[] {42}));
            root.createArray(
                    "empty",
                    ArrayMetadata.builder(DataType.FLOAT32, new long[] {0, 3}, new long[] {2, 3})
                            .build());
        });
    }

    /** Shards, also of transposed chunks, and a grid of chunks that differ. */
    private static void layouts(ZarrGroup root) {
        CodecChain inner = CodecChain.of(Codec.transpose(1, 0), Codec.bytes(Endian.LITTLE), Codec.zstd(1));
        ChunkGrid grid =
                ChunkGrid.rectilinear(new long[] {10, 9}, List.of(ChunkLengths.of(1, 3, 3, 3), ChunkLengths.of(5, 4)));
        root.createArray(
                        "sharded",
                        ArrayMetadata.builder(DataType.INT32, new long[] {10, 9}, new long[] {6, 8})
                                .codecs(CodecChain.of(Codec.sharding(inner, 2, 4)))
                                .build())
                .write(new long[] {1, 1}, values(DataType.INT32, 7, 8));
        root.createArray(
                        "rectilinear",
                        ArrayMetadata.builder(DataType.INT16, grid)
                                .codecs(CodecChain.of(
                                        Codec.bytes(Endian.BIG),
                                        Codec.blosc(Codec.BloscCompressor.LZ4, 5, Codec.BloscShuffle.SHUFFLE, 2)))
                                .build())
                .write(new long[] {1, 1}, values(DataType.INT16, 7, 8));
    }

    private static CodecChain codecs(DataType type) {
        return switch (type.kind()) {
            case INT16 -> CodecChain.of(Codec.bytes(Endian.BIG), Codec.gzip(5));
            case INT32 -> CodecChain.of(Codec.bytes(Endian.LITTLE), Codec.zstd(1), Codec.crc32c());
            case STRING -> CodecChain.of(Codec.vlenUtf8(), Codec.zstdWithChecksum(3));
            case FLOAT32 -> CodecChain.uncompressed(type);
            default -> CodecChain.defaultFor(type);
        };
    }

    private static NdArray values(DataType type, int rows, int columns) {
        NdArray block = NdArray.allocate(type, rows, columns);
        for (int i = 0; i < block.size(); i++) {
            FillValue value = value(type, i);
            NdArray one = NdArray.filled(value, 1, 1);
            one.copyRegion(new int[2], block, new int[] {i / columns, i % columns}, new int[] {1, 1});
        }
        return block;
    }

    private static FillValue value(DataType type, int i) {
        return switch (type.kind()) {
            case BOOL -> FillValue.of(i % 3 == 0);
            case VARIABLE_LENGTH_BYTES -> FillValue.of(NdArray.of(new byte[][] {{(byte) i, 1}}));
            case STRING -> FillValue.of(i % 4 == 0 ? "" : "text " + i + " äß€");
            case INT8, INT16, INT32, INT64 -> FillValue.of(type, 7L - i);
            case UINT8, UINT16, UINT32, UINT64 -> FillValue.of(type, 3L * i);
            case COMPLEX64, COMPLEX128 ->
                FillValue.parse(type, JSON.arrayNode().add(i).add(-0.5 * i));
            default -> i == 2 ? FillValue.nan(type) : FillValue.of(type, i * 0.25 - 1);
        };
    }

    private static void splits(Repository repository) {
        commit(
                repository,
                "main",
                "split",
                session -> ZarrGroup.open(session, NodePath.ROOT)
                        .createArray("split", matrix(30, 40))
                        .write(new long[] {0, 0}, ramp(30, 40, 0)));
        commit(
                repository,
                "main",
                "one box",
                session -> ZarrArray.open(session, NodePath.of("/split")).write(new long[] {12, 9}, ramp(3, 3, 5000)));
    }

    private static ArrayMetadata matrix(long rows, long columns) {
        return ArrayMetadata.builder(DataType.FLOAT64, new long[] {rows, columns}, new long[] {4, 5})
                .dimensionNames("y", "x")
                .fillValue(FillValue.nan(DataType.FLOAT64))
                .codecs(CodecChain.uncompressed(DataType.FLOAT64))
                .build();
    }

    private static NdArray ramp(int rows, int columns, int from) {
        double[] values = new double[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = from + i / 4.0;
        }
        return NdArray.of(values, rows, columns);
    }

    private static void resizes(Repository repository) {
        NodePath path = NodePath.of("/split");
        commit(repository, "main", "grown", session -> {
            ZarrArray array = ZarrArray.open(session, path);
            array.resize(41, 40);
            array.write(new long[] {38, 0}, ramp(3, 40, 9000));
        });
        commit(
                repository,
                "main",
                "shrunk",
                session -> ZarrArray.open(session, path).resize(21, 13));
        commit(
                repository,
                "main",
                "grown again",
                session -> ZarrArray.open(session, path).resize(25, 20));
    }

    private static void deletions(Repository repository) {
        commit(repository, "main", "doomed", session -> {
            ZarrGroup group = ZarrGroup.create(session, NodePath.of("/doomed"), GroupMetadata.empty());
            group.createArray("a", matrix(8, 8)).write(new long[] {0, 0}, ramp(8, 8, 0));
            ZarrGroup.open(session, NodePath.ROOT)
                    .createArray("again", matrix(8, 8))
                    .write(new long[] {0, 0}, ramp(8, 8, 1));
        });
        commit(repository, "main", "deleted", session -> {
            session.delete(NodePath.of("/doomed"));
            session.delete(NodePath.of("/again"));
            ZarrGroup.open(session, NodePath.ROOT)
                    .createArray("again", matrix(4, 5))
                    .write(new long[] {0, 0}, ramp(4, 5, 2));
        });
    }

    private static void rebase(Repository repository) {
        WritableSession late = repository.writableSession("main");
        ZarrArray.open(late, NodePath.of("/again")).write(new long[] {0, 0}, ramp(4, 5, 77));
        commit(
                repository,
                "main",
                "faster",
                session -> ZarrArray.open(session, NodePath.of("/split")).write(new long[] {0, 0}, ramp(1, 1, -1)));
        late.commit(CommitRequest.of("rebased").solver(BasicConflictSolver.defaults()))
                .orThrow();
    }

    /**
     * Describes what a client can see of a repository.
     *
     * @param repository the repository
     * @return branches and tags with snapshots, histories with nodes, attributes and values, and the operations log
     */
    public static ObjectNode describe(Repository repository) {
        ObjectNode description = JSON.objectNode();
        ObjectNode refs = description.putObject("refs");
        repository.branches().forEach((name, id) -> refs.set("branch " + name, describe(repository, id)));
        repository.tags().forEach((name, id) -> refs.set("tag " + name, describe(repository, id)));
        ArrayNode operations = description.putArray("operations");
        repository
                .operations()
                .forEach(update -> operations.add(update.updatedAt().toString()));
        return description;
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
                    .put("written", entry.flushedAt().toString())
                    .set("metadata", metadata);
        });
        ObjectNode nodes = ref.putObject("nodes");
        Session session = repository.readonlySession(Version.snapshot(id));
        session.nodes().forEach(node -> nodes.set(node.path().toString(), describe(session, node)));
        return ref;
    }

    private static ObjectNode describe(Session session, Node node) {
        ObjectNode description = JSON.objectNode();
        if (node.kind() == NodeKind.GROUP) {
            return description.set(
                    "attributes", session.groupMetadata(node.path()).attributes());
        }
        ZarrArray array = ZarrArray.open(session, node.path());
        description.put("type", array.metadata().dataTypeName());
        ArrayNode shape = description.putArray("shape");
        for (long length : array.metadata().shape()) {
            shape.add(length);
        }
        ArrayNode values = description.putArray("values");
        NdArray elements = array.readAll();
        for (int i = 0; i < elements.size(); i++) {
            values.add(elements.stringAt(i));
        }
        description.put("chunks", session.chunkIndices(node.path()).count());
        description.set("attributes", array.metadata().attributes());
        return description;
    }
}
