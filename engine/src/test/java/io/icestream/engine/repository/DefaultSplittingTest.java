package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.testing.StorageCall.Operation;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a new repository says of splitting manifests, and what that makes of an array that grows. */
class DefaultSplittingTest {
    private static final int CHUNKS = 5000;

    private static TestRepository filled(RepositoryOptions options) {
        TestRepository test = TestRepository.empty(options);
        WritableSession session = test.session();
        session.createArray(TestRepository.A, TestRepository.array(CHUNKS + 10));
        IntStream.range(0, CHUNKS)
                .forEach(chunk ->
                        session.attach(TestRepository.A, ChunkIndex.of(chunk), TestRepository.inline("" + chunk)));
        session.commit(CommitRequest.of("filled")).orThrow();
        return test;
    }

    private static List<Long> references(TestRepository test) {
        return test.repository.manifestFiles(Version.branch("main")).stream()
                .map(ManifestFile::chunkReferences)
                .sorted()
                .toList();
    }

    @Test
    void aNewRepositoryStoresWindowsOf1024ChunksAlongTheFirstDimension() {
        TestRepository test = filled(RepositoryOptions.defaults());

        assertThat(references(test)).containsExactly(904L, 1024L, 1024L, 1024L, 1024L);
        assertThat(test.reopened().config()).isEqualTo(RepositoryConfig.DEFAULT.withDefaultSplitRules());
        assertThat(TestRepository.chunk(test.tip(), TestRepository.A, 0)).isEqualTo("0");
        assertThat(TestRepository.chunk(test.tip(), TestRepository.A, 1023)).isEqualTo("1023");
        assertThat(TestRepository.chunk(test.tip(), TestRepository.A, 1024)).isEqualTo("1024");
        assertThat(TestRepository.chunk(test.tip(), TestRepository.A, 4999)).isEqualTo("4999");
        assertThat(TestRepository.chunk(test.tip(), TestRepository.A, 5000)).isEqualTo("absent");
    }

    @Test
    void anAppendReadsNoManifestThatItDoesNotWrite() {
        TestRepository test = filled(RepositoryOptions.defaults());
        Repository cold = test.reopened();
        long read = test.storage.calls(Operation.FETCH_RANGE);
        long written = test.storage.calls(Operation.PUT);
        WritableSession session = cold.writableSession("main");
        session.attach(TestRepository.A, ChunkIndex.of(CHUNKS), TestRepository.inline("new"));
        session.commit(CommitRequest.of("append")).orThrow();

        assertThat(test.storage.calls(Operation.FETCH_RANGE) - read).isOne();
        assertThat(test.storage.calls(Operation.PUT) - written)
                .as("manifest, snapshot, log")
                .isEqualTo(3);
        assertThat(references(test)).containsExactly(905L, 1024L, 1024L, 1024L, 1024L);
    }

    @Test
    void whoAsksForNoRulesGetsOneManifestPerArray() {
        RepositoryConfig none = RepositoryConfig.DEFAULT.withSplitRules(List.of());
        TestRepository test = filled(RepositoryOptions.defaults().withConfig(none));

        assertThat(references(test)).containsExactly((long) CHUNKS);
        assertThat(test.reopened().config().splitRules()).isEmpty();
    }

    @Test
    void anArrayOfOneManifestIsCutWhereRulesCome() {
        TestRepository test =
                filled(RepositoryOptions.defaults().withConfig(RepositoryConfig.DEFAULT.withSplitRules(List.of())));
        Repository split = Repository.open(
                test.storage, test.options.withConfig(RepositoryConfig.DEFAULT.withDefaultSplitRules()));
        WritableSession session = split.writableSession("main");
        session.attach(TestRepository.A, ChunkIndex.of(7), TestRepository.inline("seven"));
        session.commit(CommitRequest.of("cut")).orThrow();

        assertThat(references(test)).containsExactly(904L, 1024L, 1024L, 1024L, 1024L);
        Session tip = test.tip();
        for (int chunk = 0; chunk < CHUNKS; chunk++) {
            assertThat(TestRepository.chunk(tip, TestRepository.A, chunk)).isEqualTo(chunk == 7 ? "seven" : "" + chunk);
        }
    }
}
