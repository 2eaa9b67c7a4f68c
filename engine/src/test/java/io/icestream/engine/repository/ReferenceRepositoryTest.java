package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.testing.Directories;
import io.icestream.engine.testing.InteropRepository;
import io.icestream.engine.testing.InteropVersion1;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository that the reference client wrote: read in full, then committed to. The generator lies beside it. */
class ReferenceRepositoryTest {
    private static final Path RESOURCES = Path.of("src/test/resources/icechunk");

    @TempDir
    Path folder;

    @Test
    void isReadAsItsWriterSeesIt() throws IOException {
        try (Storage storage = copy();
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            String expected = Files.readString(RESOURCES.resolve("reference-2.3.0.json"));

            assertThat(InteropRepository.normalForm(InteropRepository.describe(repository)))
                    .isEqualTo(InteropRepository.normalForm(new ObjectMapper().readTree(expected)));
        }
    }

    @Test
    void takesCommitsAndKeepsItsConfiguration() {
        try (Storage storage = copy();
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            assertThat(repository.config().inlineChunkThresholdBytes()).isEqualTo(60);
            assertThat(repository.config().updatesPerRepositoryObject()).isEqualTo(5);
            assertThat(repository.config().splitRules()).hasSize(1);
            var stored = repository.info().config();
            NodePath path = NodePath.of("/split");
            long operations = repository.operations().count();

            WritableSession session = repository.writableSession("main");
            ZarrArray array = ZarrArray.open(session, path);
            NdArray before = array.readAll();
            array.write(new long[] {3, 0}, NdArray.of(new double[] {0.5, 1.5}, 1, 2));
            session.commit(CommitRequest.of("ours")).orThrow();

            ZarrArray after = ZarrArray.open(repository.readonlySession(Version.branch("main")), path);
            assertThat(after.read(new Region(new long[] {3, 0}, new long[] {1, 3}))
                            .doubles())
                    .containsExactly(0.5, 1.5, before.doubles()[3 * 7 + 2]);
            assertThat(after.read(new Region(new long[] {0, 0}, new long[] {3, 7}))
                            .doubles())
                    .containsExactly(java.util.Arrays.copyOf(before.doubles(), 21));
            assertThat(repository.operations()).hasSize((int) operations + 1);
            assertThat(repository.info().config()).isEqualTo(stored);
        }
    }

    /** Of version 1: read, committed to, upgraded, and committed to in both versions, always as the model of its content says. */
    @Test
    void ofVersion1IsReadWrittenAndUpgraded() {
        String exchange = Directories.copy(RESOURCES.resolve("reference-2.3.0-version-1"), folder.resolve("exchange"))
                .toString();

        InteropVersion1.main(new String[] {"turn", exchange, "2"});
        InteropVersion1.main(new String[] {"upgrade", exchange});
        InteropVersion1.main(new String[] {"turn", exchange, "3"});

        assertThat(folder.resolve("exchange/theirs/repo")).doesNotExist();
        assertThat(folder.resolve("exchange/theirs-upgraded-by-engine/repo")).exists();
    }

    private Storage copy() {
        Path copy = Directories.copy(RESOURCES.resolve("reference-2.3.0"), folder.resolve("repository"));
        return LocalStorage.open(copy, Durability.PROCESS);
    }
}
