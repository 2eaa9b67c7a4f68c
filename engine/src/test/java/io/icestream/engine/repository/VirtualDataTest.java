package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ContainerCheck;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import io.icestream.engine.virtual.LocalFileAccess;
import io.icestream.engine.virtual.LocationNames;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.Codec;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.Endian;
import io.icestream.engine.zarr.GroupMetadata;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Data sets whose chunks stay where they are, in NetCDF files: values equal what is known of them. */
class VirtualDataTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final InMemoryStorage storage = new InMemoryStorage("virtual data", InstantSource.system());

    private static RepositoryOptions options(Path folder) {
        String prefix = LocationNames.stored(folder.toUri().toString());
        return RepositoryOptions.defaults()
                .withConfig(RepositoryConfig.DEFAULT.withVirtualChunkContainer(
                        VirtualChunkContainer.named("data", prefix, new ContainerStore.LocalFiles(folder.toString()))))
                .withVirtualAccess(prefix, new LocalFileAccess());
    }

    @ParameterizedTest
    @CsvSource({"metoffice-scenarios, 16", "nemo-sst, 21", "colpex-theta, 13"})
    @UsesShared
    void realFilesAreOpenedWhereTheyLie(String name, int variables) throws IOException, NoSuchAlgorithmException {
        Path folder = SharedFolder.path("data", name).toRealPath();
        JsonNode files = JSON.readTree(Files.readString(folder.resolve("chunks.json")));
        JsonNode facts = JSON.readTree(Files.readString(folder.resolve("facts.json")));
        try (Repository repository = Repository.create(storage, options(folder))) {
            repository.transact(
                    "main",
                    CommitRequest.of("virtual"),
                    session -> files.properties().forEach(file -> {
                        session.createGroup(NodePath.of("/" + group(file.getKey())), GroupMetadata.empty());
                        file.getValue().properties().forEach(variable -> write(session, file.getKey(), variable));
                    }));
        }
        int compared = 0;
        try (Repository repository = Repository.open(storage, options(folder))) {
            Session tip = repository.readonlySession(Version.branch("main"));
            for (Map.Entry<String, JsonNode> file : files.properties()) {
                for (Map.Entry<String, JsonNode> variable : file.getValue().properties()) {
                    JsonNode fact = facts.at("/variables/" + file.getKey() + "/" + variable.getKey());
                    NdArray values = ZarrArray.open(tip, path(file.getKey(), variable.getKey()))
                            .readAll();
                    assertThat(sha256(values))
                            .as("%s of %s", variable.getKey(), file.getKey())
                            .isEqualTo(fact.get("sha256").textValue());
                    compared++;
                }
            }
            assertThat(tip.virtualLocations()).hasSize(files.size());
        }
        assertThat(compared).isGreaterThanOrEqualTo(variables);
    }

    private static String group(String file) {
        return file.replaceFirst("\\..*", "");
    }

    private static NodePath path(String file, String variable) {
        return NodePath.of("/" + group(file) + "/" + variable);
    }

    private static void write(WritableSession session, String file, Map.Entry<String, JsonNode> variable) {
        JsonNode layout = variable.getValue();
        long[] shape = longs(layout.get("shape"));
        boolean chunked = layout.get("chunk_shape").isArray();
        List<Codec> codecs = new ArrayList<>(List.of(Codec.bytes(Endian.LITTLE)));
        layout.get("filters").forEach(filter -> {
            assertThat(filter.get("name").textValue()).isEqualTo("deflate");
            codecs.add(Codec.zlib(9));
        });
        NodePath path = path(file, variable.getKey());
        session.createArray(
                path,
                ArrayMetadata.builder(
                                type(layout.get("dtype").textValue().substring(1)),
                                shape,
                                chunked ? longs(layout.get("chunk_shape")) : shape)
                        .codecs(CodecChain.of(codecs.toArray(Codec[]::new)))
                        .build());
        Map<ChunkIndex, ChunkReference.Virtual> chunks = new LinkedHashMap<>();
        if (chunked) {
            layout.get("chunks")
                    .forEach(chunk -> chunks.put(
                            ChunkIndex.of(longs(chunk.get("index"))), reference("vcc://data/" + file, chunk)));
        } else {
            chunks.put(
                    ChunkIndex.of(new long[shape.length]), reference("vcc://data/" + file, layout.get("contiguous")));
        }
        assertThat(session.setVirtualChunks(path, chunks, ContainerCheck.REQUIRED))
                .isEmpty();
    }

    private static ChunkReference.Virtual reference(String location, JsonNode place) {
        return ChunkReference.Virtual.of(
                location, place.get("offset").longValue(), place.get("length").longValue());
    }

    private static DataType type(String name) {
        return switch (name) {
            case "f4" -> DataType.FLOAT32;
            case "f8" -> DataType.FLOAT64;
            case "i4" -> DataType.INT32;
            case "i2" -> DataType.INT16;
            default -> throw new IllegalArgumentException("Unexpected type " + name);
        };
    }

    private static long[] longs(JsonNode numbers) {
        return StreamSupport.stream(numbers.spliterator(), false)
                .mapToLong(JsonNode::longValue)
                .toArray();
    }

    /** Of the elements in C order, little endian. */
    private static String sha256(NdArray values) throws NoSuchAlgorithmException {
        ByteBuffer bytes = CodecChain.uncompressed(values.dataType()).encode(values);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(bytes);
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The files are in the repository, with what made them. */
    @Test
    void smallFilesOfEveryKindAreOpenedWhereTheyLie() throws IOException, NoSuchAlgorithmException, URISyntaxException {
        Path folder = Path.of(Objects.requireNonNull(VirtualDataTest.class.getResource("/virtual/small.json"))
                        .toURI())
                .toRealPath()
                .resolveSibling("");
        JsonNode variables = JSON.readTree(Files.readString(folder.resolve("small.json")));
        try (Repository repository = Repository.create(storage, options(folder))) {
            WritableSession session = repository.writableSession("main");
            variables.properties().forEach(variable -> writeSmall(session, variable));
            session.commit(CommitRequest.of("virtual")).orThrow();

            Session tip = repository.readonlySession(Version.branch("main"));
            for (Map.Entry<String, JsonNode> variable : variables.properties()) {
                assertThat(sha256(ZarrArray.open(tip, NodePath.of("/" + variable.getKey()))
                                .readAll()))
                        .as(variable.getKey())
                        .isEqualTo(variable.getValue().get("sha256").textValue());
            }
            assertThat(ZarrArray.open(tip, NodePath.of("/t")).readAll().doubleAt(7))
                    .isEqualTo(7 * 1.5 - 7);
        }
    }

    private static void writeSmall(WritableSession session, Map.Entry<String, JsonNode> variable) {
        JsonNode layout = variable.getValue();
        DataType type = type(layout.get("dtype").textValue());
        List<Codec> codecs = new ArrayList<>();
        layout.get("codecs")
                .forEach(codec -> codecs.add(
                        switch (codec.textValue()) {
                            case "big" -> Codec.bytes(Endian.BIG);
                            case "little" -> Codec.bytes(Endian.LITTLE);
                            case "shuffle" -> Codec.shuffle(type.sizeBytes());
                            default -> Codec.zlib(6);
                        }));
        NodePath path = NodePath.of("/" + variable.getKey());
        session.createArray(
                path,
                ArrayMetadata.builder(type, longs(layout.get("shape")), longs(layout.get("chunk_shape")))
                        .codecs(CodecChain.of(codecs.toArray(Codec[]::new)))
                        .build());
        layout.get("chunks")
                .forEach(chunk -> session.setVirtualChunk(
                        path,
                        ChunkIndex.of(longs(chunk.get("index"))),
                        reference("vcc://data/" + layout.get("file").textValue(), chunk)));
    }
}
