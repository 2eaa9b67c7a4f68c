package io.icestream.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.SharedFolder;
import io.icestream.engine.zarr.ArrayMetadata;
import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine README's example: runs, and stands in the README as it runs here. */
class QuickstartTest {

    @Test
    void runs(@TempDir Path folder) {
        double read = quickstart(folder.resolve("repository"));

        assertThat(read).isEqualTo(21.5);
    }

    private static double quickstart(Path folder) {
        // begin README
        LocalStorage storage = LocalStorage.open(folder, Durability.DISK);
        try (Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            ZarrArray temperature = ZarrArray.create(
                    session,
                    NodePath.of("/temperature"),
                    ArrayMetadata.builder(DataType.FLOAT64, new long[] {2, 3}, new long[] {1, 3})
                            .dimensionNames("time", "station")
                            .build());
            temperature.write(new long[] {0, 0}, NdArray.of(new double[] {20.0, 21.5, 19.0, 18.5, 20.5, 18.0}, 2, 3));
            SnapshotId first =
                    session.commit(CommitRequest.of("two hours")).orThrow().id();
            repository.createTag("v1", first);
            repository
                    .history(first)
                    .forEach(commit -> System.out.println(commit.flushedAt() + " " + commit.message()));

            ZarrArray read = ZarrArray.open(repository.readonlySession(Version.tag("v1")), NodePath.of("/temperature"));
            return read.readAll().doubleAt(1);
        }
        // end README
    }

    @Test
    void standsInTheReadme() throws IOException {
        Path module = SharedFolder.repositoryRoot().resolve("engine");
        String source = Files.readString(module.resolve("src/test/java/io/icestream/engine/QuickstartTest.java"));
        String example =
                source.substring(source.indexOf("// begin README\n") + 16, source.indexOf("        // end README"));

        assertThat(Files.readString(module.resolve("README.md")))
                .contains(example.stripTrailing().stripIndent());
    }
}
