package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ContainerCheck;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.virtual.HttpAccess;
import io.icestream.engine.virtual.LocalFileAccess;
import io.icestream.engine.virtual.StaleVirtualChunkException;
import io.icestream.engine.virtual.VirtualChunkColumns;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.CodecChain;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.GroupMetadata;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Exchanges virtual chunks with the reference client: containers in the configuration, absolute and relative references,
 * checksums, locations compressed by a dictionary. {@code interop/virtual_interop.py} is the other half.
 *
 * <p>Arguments: {@code write DIRECTORY}, then the other half, then {@code check DIRECTORY}. Array {@code /a} has a byte per
 * chunk, whose value is that of the chunk's index; {@code /many} has 1,500 chunks in 500 files.
 */
public final class InteropVirtual {
    private static final NodePath A = NodePath.of("/a");
    private static final NodePath MANY = NodePath.of("/many");
    private static final Instant TIME = Instant.parse("2026-11-21T12:00:00.5Z");

    private InteropVirtual() {}

    /**
     * Runs one half of the exchange.
     *
     * @param arguments {@code write} or {@code check}, and a folder
     */
    public static void main(String[] arguments) {
        try {
            Path directory = Path.of(arguments[1]).toRealPath();
            try (Storage storage = LocalStorage.open(
                    directory.resolve(arguments[0].equals("write") ? "virtual-java" : "virtual-python"),
                    Durability.PROCESS)) {
                if (arguments[0].equals("write")) {
                    makeData(directory.resolve("virtual-data"));
                    write(storage, directory);
                } else {
                    check(storage, directory);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String prefix(Path directory) {
        return "file://" + directory + "/virtual-data/";
    }

    private static void makeData(Path data) throws IOException {
        Files.createDirectories(data);
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Files.write(data.resolve("bytes.bin"), bytes);
        Files.setLastModifiedTime(data.resolve("bytes.bin"), FileTime.from(TIME));
        for (int i = 0; i < 500; i++) {
            Files.write(data.resolve(file(i)), "file %03d of many".formatted(i).getBytes(UTF_8));
        }
    }

    private static String file(int number) {
        return "member-%03d-of-an-ensemble.nc".formatted(number);
    }

    private static RepositoryOptions options(Path directory) {
        RepositoryConfig config = RepositoryConfig.DEFAULT
                .withVirtualChunkContainer(VirtualChunkContainer.named(
                        "data", prefix(directory), new ContainerStore.LocalFiles(directory.toString())))
                .withVirtualChunkContainer(
                        VirtualChunkContainer.of("https://example.org/x/", ContainerStore.Http.plain()))
                .withVirtualChunkContainer(VirtualChunkContainer.named(
                        "bucket",
                        "s3://bucket/x/",
                        ContainerStore.S3.in("eu-central-1").asAnonymous()))
                .withVirtualChunkContainer(
                        VirtualChunkContainer.of("gs://bucket/x/", new ContainerStore.Gcs(new TreeMap<>())));
        return RepositoryOptions.defaults()
                .withConfig(config)
                .withVirtualAccess(prefix(directory), new LocalFileAccess());
    }

    private static ArrayMetadata array(long chunks, long bytes) {
        return ArrayMetadata.builder(DataType.UINT8, new long[] {chunks * bytes}, new long[] {bytes})
                .codecs(CodecChain.uncompressed(DataType.UINT8))
                .build();
    }

    private static void write(Storage storage, Path directory) {
        try (Repository repository = Repository.create(storage, options(directory))) {
            WritableSession session = repository.writableSession("main");
            session.createGroup(NodePath.ROOT, GroupMetadata.empty());
            session.createArray(A, array(10, 1));
            session.createArray(MANY, array(1500, 4));
            String bytes = prefix(directory) + "bytes.bin";
            session.setVirtualChunk(A, ChunkIndex.of(0), ChunkReference.Virtual.of(bytes, 0, 1));
            session.setVirtualChunk(A, ChunkIndex.of(1), ChunkReference.Virtual.of("vcc://data/bytes.bin", 1, 1));
            session.setVirtualChunk(
                    A, ChunkIndex.of(2), ChunkReference.Virtual.of(bytes, 2, 1).ifUnmodifiedSince(TIME));
            session.setVirtualChunk(
                    A,
                    ChunkIndex.of(3),
                    ChunkReference.Virtual.of(bytes, 3, 1).ifUnmodifiedSince(TIME.minusSeconds(1)));
            session.setVirtualChunk(
                    A, ChunkIndex.of(4), ChunkReference.Virtual.of(bytes, 4, 1).ifTagged("\"another\""));
            session.setVirtualChunk(
                    A, ChunkIndex.of(5), ChunkReference.Virtual.of(prefix(directory) + "x/../bytes.bin", 5, 1));
            session.setVirtualChunks(MANY, many(directory), ContainerCheck.REQUIRED);
            session.commit(CommitRequest.of("virtual chunks by the engine")).orThrow();
        }
    }

    private static VirtualChunkColumns many(Path directory) {
        List<String> locations = new ArrayList<>();
        long[] offsets = new long[1500];
        long[] lengths = new long[1500];
        for (int i = 0; i < 1500; i++) {
            locations.add((i % 2 == 0 ? prefix(directory) : "vcc://data/") + file(i / 3));
            offsets[i] = 4L * (i % 3);
            lengths[i] = 4;
        }
        return VirtualChunkColumns.of(new int[] {1500}, locations, offsets, lengths);
    }

    private static void check(Storage storage, Path directory) {
        RepositoryOptions options = RepositoryOptions.defaults()
                .withVirtualAccess(prefix(directory), new LocalFileAccess())
                .withVirtualAccess("https://example.org/x/", HttpAccess.plain());
        try (Repository repository = Repository.open(storage, options)) {
            require(
                    options(directory)
                            .config()
                            .orElseThrow()
                            .virtualChunkContainers()
                            .equals(repository.config().virtualChunkContainers()),
                    "containers " + repository.config().virtualChunkContainers());
            Session tip = repository.readonlySession(Version.branch("main"));
            for (int i : new int[] {0, 1, 2, 5}) {
                require(tip.readChunk(A, ChunkIndex.of(i)).orElseThrow().get(0) == i, "chunk " + i + " of /a");
            }
            for (int i : new int[] {3, 4}) {
                requireStale(tip, i);
            }
            for (int i = 0; i < 1500; i++) {
                ByteBuffer expected =
                        ByteBuffer.wrap("file %03d of many".formatted(i / 3).getBytes(UTF_8), 4 * (i % 3), 4);
                require(
                        tip.readChunk(MANY, ChunkIndex.of(i)).orElseThrow().equals(expected),
                        "chunk " + i + " of /many");
            }
            long locations = tip.virtualLocations().count();
            require(locations == 501, locations + " locations");
            System.out.println("virtual chunks: the engine reads 1,504 chunks at " + locations
                    + " locations as the reference client wrote them, and finds two stale");
        }
    }

    private static void requireStale(Session tip, int chunk) {
        try {
            tip.readChunk(A, ChunkIndex.of(chunk));
        } catch (StaleVirtualChunkException expected) {
            return;
        }
        throw new AssertionError("Chunk " + chunk + " of /a is stale and was read");
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("Not as expected: " + what);
        }
    }
}
