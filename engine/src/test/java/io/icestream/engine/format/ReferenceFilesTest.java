package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.testing.UsesShared;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every metadata file of repositories that other implementations wrote is read, and written to an equal value. */
@UsesShared
class ReferenceFilesTest {
    private static final int LEVEL = 3;

    @ParameterizedTest
    @ValueSource(strings = {"test-repo-v2", "expire-repo-v2-by-2.0.5", "expire-repo-v2-by-working-copy", "js-types-v2"})
    void readsAndRewritesEveryFile(String name) throws IOException {
        Path repository = repository(name);
        RepositoryInfo info = checkRepositoryInfo(repository.resolve("repo"));
        for (Path file : files(repository.resolve("overwritten"))) {
            checkRepositoryInfo(file);
        }
        for (Path file : files(repository.resolve("snapshots"))) {
            Snapshot snapshot = checkSnapshot(file);
            assertThat(file).hasFileName(snapshot.id().toString());
            info.snapshots().find(snapshot.id()).ifPresent(entry -> checkEntry(entry, snapshot));
        }
        for (Path file : files(repository.resolve("transactions"))) {
            TransactionLog log = IcechunkFile.decodeTransactionLog(read(file), file.toString());
            assertThat(file).hasFileName(log.id().toString());
            ByteBuffer again = IcechunkFile.encodeTransactionLog(log, version(file), LEVEL);
            assertThat(IcechunkFile.decodeTransactionLog(again, "again")).isEqualTo(log);
        }
        for (Path file : files(repository.resolve("manifests"))) {
            checkManifest(file);
        }
    }

    private static RepositoryInfo checkRepositoryInfo(Path file) throws IOException {
        RepositoryInfo info = IcechunkFile.decodeRepositoryInfo(read(file), file.toString());
        ByteBuffer again = IcechunkFile.encodeRepositoryInfo(info, LEVEL);
        assertThat(IcechunkFile.decodeRepositoryInfo(again, "again")).isEqualTo(info);
        return info;
    }

    private static Snapshot checkSnapshot(Path file) throws IOException {
        Snapshot snapshot = IcechunkFile.decodeSnapshot(read(file), file.toString());
        ByteBuffer again = IcechunkFile.encodeSnapshot(snapshot, version(file), LEVEL);
        assertThat(IcechunkFile.decodeSnapshot(again, "again")).isEqualTo(snapshot);
        return snapshot;
    }

    private static void checkEntry(SnapshotEntry entry, Snapshot snapshot) {
        assertThat(entry.message()).isEqualTo(snapshot.message());
        assertThat(entry.flushedAt()).isEqualTo(snapshot.flushedAt());
        assertThat(entry.metadata()).isEqualTo(snapshot.metadata());
    }

    private static void checkManifest(Path file) throws IOException {
        Manifest manifest = IcechunkFile.decodeManifest(read(file), file.toString());
        assertThat(file).hasFileName(manifest.id().toString());
        ManifestWriter writer = new ManifestWriter(manifest.id());
        for (NodeId node : manifest.nodes()) {
            writer.beginArray(node);
            manifest.forEach(node, (index, reference) -> {
                assertThat(manifest.find(node, index)).contains(reference);
                writer.add(index, reference);
            });
        }
        assertThat(IcechunkFile.decodeManifest(writer.finish(LEVEL).bytes(), "again"))
                .isEqualTo(manifest);
    }

    /** Of the files of version 1, those too that an upgraded repository has. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "test-repo-v1",
                "split-repo-v1",
                "expire-repo-v1-by-1.1.21",
                "expire-repo-v1-by-2.0.5",
                "expire-repo-v1-by-working-copy",
                "test-repo-v2-migrated",
                "split-repo-v2-migrated"
            })
    void readsAndRewritesEveryFileOfVersion1(String name) throws IOException {
        Path repository = repository(name);
        int parents = 0;
        for (Path file : files(repository.resolve("snapshots"))) {
            assertThat(version(file)).isEqualTo(SpecVersion.V1);
            parents += checkSnapshot(file).parent().isPresent() ? 1 : 0;
        }
        assertThat(parents).isPositive();
        for (Path file : files(repository.resolve("transactions"))) {
            TransactionLog log = IcechunkFile.decodeTransactionLog(read(file), file.toString());
            ByteBuffer again = IcechunkFile.encodeTransactionLog(log, SpecVersion.V1, LEVEL);
            assertThat(IcechunkFile.decodeTransactionLog(again, "again")).isEqualTo(log);
        }
        for (Path file : files(repository.resolve("manifests"))) {
            checkManifest(file);
        }
    }

    private static SpecVersion version(Path file) throws IOException {
        return SpecVersion.find(
                        IcechunkFile.decodeHeader(read(file), file.toString()).specVersion())
                .orElseThrow();
    }

    private static Path repository(String name) {
        return SharedFolder.path().resolve("fixtures/icechunk").resolve(name);
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    private static ByteBuffer read(Path file) throws IOException {
        return ByteBuffer.wrap(Files.readAllBytes(file));
    }
}
