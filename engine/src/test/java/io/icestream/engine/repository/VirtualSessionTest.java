package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.icestream.engine.conflict.ConflictDetector;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkKind;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.LocationCompression;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChecksum;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.maintenance.Finding.Severity;
import io.icestream.engine.maintenance.Progress;
import io.icestream.engine.maintenance.StorageStatistics;
import io.icestream.engine.maintenance.Verification;
import io.icestream.engine.maintenance.VerificationReport;
import io.icestream.engine.maintenance.VerifyRequest;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ContainerCheck;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.Session;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.virtual.LocalFileAccess;
import io.icestream.engine.virtual.StaleVirtualChunkException;
import io.icestream.engine.virtual.VirtualAccessException;
import io.icestream.engine.virtual.VirtualChunkColumns;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Virtual chunks in sessions: set, committed, read, listed, verified. */
class VirtualSessionTest {
    private static final NodePath A = NodePath.of("/a");

    private final InMemoryStorage storage = new InMemoryStorage("virtual", InstantSource.system());

    @TempDir
    Path folder;

    private String prefix = "";
    private RepositoryOptions options = RepositoryOptions.defaults();

    @BeforeEach
    void makeData() throws IOException {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Files.write(folder.resolve("bytes"), bytes);
        prefix = "file://" + folder.toRealPath() + "/";
        options = RepositoryOptions.defaults()
                .withConfig(RepositoryConfig.DEFAULT.withVirtualChunkContainer(
                        VirtualChunkContainer.named("here", prefix, new ContainerStore.LocalFiles("/"))))
                .withVirtualAccess(prefix, new LocalFileAccess());
    }

    /** Ten chunks of one byte. */
    private Repository create() {
        Repository repository = Repository.create(storage, options);
        WritableSession session = repository.writableSession("main");
        session.createArray(A, TestRepository.array(10));
        session.commit(CommitRequest.of("array")).orThrow();
        return repository;
    }

    private ChunkReference.Virtual at(int offset) {
        return ChunkReference.Virtual.of(prefix + "bytes", offset, 1);
    }

    private static int value(Session session, int chunk) {
        return session.readChunk(A, ChunkIndex.of(chunk)).orElseThrow().get(0);
    }

    @Test
    void areReadInTheSessionAndAfterTheCommit() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            session.setVirtualChunk(A, ChunkIndex.of(3), at(30));
            session.setVirtualChunk(A, ChunkIndex.of(4), ChunkReference.Virtual.of("vcc://here/bytes", 40, 1));
            session.setVirtualChunk(A, ChunkIndex.of(5), ChunkReference.Virtual.of(prefix + "x/../bytes", 50, 1));
            session.attach(A, ChunkIndex.of(6), TestRepository.inline("<"));
            assertThat(value(session, 3)).isEqualTo(30);
            session.commit(CommitRequest.of("virtual")).orThrow();
        }
        try (Repository repository = Repository.open(
                storage, RepositoryOptions.defaults().withVirtualAccess(prefix, new LocalFileAccess()))) {
            Session tip = repository.readonlySession(Version.branch("main"));

            assertThat(ZarrArray.open(tip, A).readAll().bytes()).containsExactly(0, 0, 0, 30, 40, 50, '<', 0, 0, 0);
            assertThat(tip.findChunk(A, ChunkIndex.of(4)))
                    .hasValue(ChunkReference.Virtual.of("vcc://here/bytes", 40, 1));
            assertThat(tip.findChunk(A, ChunkIndex.of(5))).hasValue(at(50));
            assertThat(tip.findChunk(A, ChunkIndex.of(5)).map(ChunkReference::kind))
                    .hasValue(ChunkKind.VIRTUAL);
            assertThat(tip.findChunk(A, ChunkIndex.of(6)).map(ChunkReference::kind))
                    .hasValue(ChunkKind.INLINE);
            assertThat(tip.virtualLocations()).containsExactly(prefix + "bytes");
        }
    }

    @Test
    void areNotReadUnlessTheOpenerAllowsIt() {
        try (Repository repository = create()) {
            repository.transact(
                    "main",
                    CommitRequest.of("virtual"),
                    session -> session.setVirtualChunk(A, ChunkIndex.of(3), at(30)));
        }
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            Session tip = repository.readonlySession(Version.branch("main"));

            assertThatExceptionOfType(VirtualAccessException.class)
                    .isThrownBy(() -> ZarrArray.open(tip, A).readAll())
                    .withMessageContaining(prefix)
                    .satisfies(e -> assertThat(e.reason()).isEqualTo(VirtualAccessException.Reason.NOT_AUTHORISED));
            assertThat(tip.chunks(A)).hasSize(1);
            assertThat(tip.virtualLocations()).hasSize(1);
        }
    }

    @Test
    void thoseWithoutContainerAreReportedAndTheOthersAreSet() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            Map<ChunkIndex, ChunkReference.Virtual> chunks = new LinkedHashMap<>();
            chunks.put(ChunkIndex.of(0), at(10));
            chunks.put(ChunkIndex.of(1), ChunkReference.Virtual.of("s3://elsewhere/x", 0, 1));
            chunks.put(ChunkIndex.of(2), ChunkReference.Virtual.of("vcc://nobody/x", 0, 1));
            chunks.put(ChunkIndex.of(3), ChunkReference.Virtual.of(prefix + "a//b", 0, 1));
            chunks.put(ChunkIndex.of(4), at(14));

            assertThat(session.setVirtualChunks(A, chunks, ContainerCheck.REQUIRED))
                    .containsExactly(ChunkIndex.of(1), ChunkIndex.of(2), ChunkIndex.of(3));
            assertThat(session.chunkIndices(A)).containsExactly(ChunkIndex.of(0), ChunkIndex.of(4));
            assertThat(session.setVirtualChunks(A, chunks, ContainerCheck.NONE)).isEmpty();
            assertThat(session.chunkIndices(A)).hasSize(5);
            assertThat(session.virtualLocations())
                    .containsExactlyInAnyOrder(prefix + "bytes", "s3://elsewhere/x", "vcc://nobody/x", prefix + "a//b");
            assertThatExceptionOfType(VirtualAccessException.class)
                    .isThrownBy(() -> session.setVirtualChunk(
                            A, ChunkIndex.of(1), ChunkReference.Virtual.of("s3://elsewhere/x", 0, 1)))
                    .withMessageContaining("no virtual chunk container covers it");
            assertThatThrownBy(() -> session.readChunk(A, ChunkIndex.of(2))).hasMessageContaining("[here]");
        }
    }

    @Test
    void aMistakeInOneSetsNone() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            List<Map.Entry<ChunkIndex, ChunkReference.Virtual>> mistakes = List.of(
                    Map.entry(ChunkIndex.of(10), at(1)),
                    Map.entry(ChunkIndex.of(1, 1), at(1)),
                    Map.entry(ChunkIndex.of(1), ChunkReference.Virtual.of(prefix + "bytes", 0, 0)),
                    Map.entry(ChunkIndex.of(1), ChunkReference.Virtual.of("relative", 0, 1)));
            for (Map.Entry<ChunkIndex, ChunkReference.Virtual> mistake : mistakes) {
                Map<ChunkIndex, ChunkReference.Virtual> chunks = new LinkedHashMap<>();
                chunks.put(ChunkIndex.of(0), at(10));
                chunks.put(mistake.getKey(), mistake.getValue());

                assertThatIllegalArgumentException()
                        .isThrownBy(() -> session.setVirtualChunks(A, chunks, ContainerCheck.NONE));
                assertThat(session.hasChanges()).isFalse();
            }
        }
    }

    @Test
    void areSetColumnByColumn() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            VirtualChunkColumns columns = VirtualChunkColumns.of(
                            new int[] {3},
                            List.of(prefix + "bytes", "", "vcc://here/bytes"),
                            new long[] {1, 2, 3},
                            new long[] {1, 0, 1})
                    .at(5)
                    .withChecksum(VirtualChecksum.LastModified.notBefore(Instant.parse("2100-01-01T00:00:00Z")));

            assertThat(session.setVirtualChunks(A, columns, ContainerCheck.REQUIRED))
                    .isEmpty();
            assertThat(session.chunkIndices(A)).containsExactly(ChunkIndex.of(5), ChunkIndex.of(7));
            assertThat(value(session, 7)).isEqualTo(3);
            assertThat(((ChunkReference.Virtual)
                                    session.findChunk(A, ChunkIndex.of(5)).orElseThrow())
                            .checksum())
                    .isEqualTo(columns.checksum());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> VirtualChunkColumns.of(new int[] {2}, List.of("a"), new long[] {1}, new long[] {1}));
    }

    @Test
    void columnsAreInTheOrderOfC() {
        VirtualChunkColumns columns = VirtualChunkColumns.of(
                        new int[] {2, 3}, List.of("a", "b", "c", "d", "e", "f"), new long[6], new long[] {
                            1, 1, 1, 1, 1, 1
                        })
                .at(10, 20);
        Map<String, ChunkIndex> seen = new LinkedHashMap<>();
        columns.forEach((index, reference) -> seen.put(reference.location(), index));

        assertThat(seen)
                .containsEntry("a", ChunkIndex.of(10, 20))
                .containsEntry("c", ChunkIndex.of(10, 22))
                .containsEntry("d", ChunkIndex.of(11, 20))
                .hasSize(6);
    }

    @Test
    void comeBackFromForksAndSurviveARebase() {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            ForkedSession fork = repository.openFork(session.fork());
            fork.session().setVirtualChunk(A, ChunkIndex.of(1), at(11));
            session.merge(fork.changes(), new ConflictDetector());
            repository.transact(
                    "main", CommitRequest.of("other"), other -> other.setVirtualChunk(A, ChunkIndex.of(2), at(12)));

            session.commit(TestRepository.rebasing("virtual")).orThrow();

            Session tip = repository.readonlySession(Version.branch("main"));
            assertThat(value(tip, 1)).isEqualTo(11);
            assertThat(value(tip, 2)).isEqualTo(12);
        }
    }

    @Test
    void dictionariesAreReadAndMadeAnewByTheNextCommit() {
        options = options.withConfig(
                options.config().orElseThrow().withLocationCompression(new LocationCompression(200, 100, 2048, 3)));
        try (Repository repository = Repository.create(storage, options)) {
            WritableSession session = repository.writableSession("main");
            session.createArray(A, TestRepository.array(1000));
            for (int i = 0; i < 400; i++) {
                session.attach(
                        A,
                        ChunkIndex.of(i),
                        ChunkReference.Virtual.of(prefix + "part-" + i * 7919L % 1000 + ".nc", i, 1));
            }
            session.commit(CommitRequest.of("many")).orThrow();
            repository.transact(
                    "main", CommitRequest.of("one more"), more -> more.setVirtualChunk(A, ChunkIndex.of(7), at(77)));
        }
        try (Repository repository = Repository.open(storage, options)) {
            Session tip = repository.readonlySession(Version.branch("main"));
            for (int i = 0; i < 400; i++) {
                assertThat(tip.findChunk(A, ChunkIndex.of(i)))
                        .hasValue(
                                i == 7
                                        ? at(77)
                                        : ChunkReference.Virtual.of(prefix + "part-" + i * 7919L % 1000 + ".nc", i, 1));
            }
            assertThat(value(tip, 7)).isEqualTo(77);
            assertThat(new StorageStatistics(repository).run(Progress.NONE).toString())
                    .isNotBlank();
        }
    }

    @Test
    void verificationLooksAtThemWhenItReadsChunks() throws IOException {
        try (Repository repository = create()) {
            WritableSession session = repository.writableSession("main");
            session.setVirtualChunk(
                    A, ChunkIndex.of(0), at(1).ifUnmodifiedSince(Instant.parse("2001-01-01T00:00:00Z")));
            session.setVirtualChunk(A, ChunkIndex.of(1), ChunkReference.Virtual.of(prefix + "absent", 0, 1));
            session.setVirtualChunk(A, ChunkIndex.of(2), ChunkReference.Virtual.of(prefix + "absent", 1, 1));
            session.setVirtualChunk(A, ChunkIndex.of(3), ChunkReference.Virtual.of("vcc://here/bytes", 3, 1));
            session.commit(CommitRequest.of("virtual")).orThrow();

            assertThatExceptionOfType(StaleVirtualChunkException.class).isThrownBy(() -> value(session, 0));
            VerifyRequest reading = VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ);
            VerificationReport report = new Verification(repository).run(reading, Progress.NONE);
            assertThat(report.findings())
                    .hasSize(2)
                    .allMatch(finding -> finding.severity() == Severity.ERROR)
                    .extracting(finding -> finding.object())
                    .containsExactlyInAnyOrder(prefix + "absent", prefix + "bytes");
            assertThat(new Verification(repository)
                            .run(VerifyRequest.defaults(), Progress.NONE)
                            .findings())
                    .isEmpty();
        }
        try (Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            VerificationReport report = new Verification(repository)
                    .run(VerifyRequest.defaults().withPayloads(VerifyRequest.Payloads.READ), Progress.NONE);
            assertThat(report.isSound()).isTrue();
            assertThat(report.findings()).hasSize(1);
            assertThat(report.findings().get(0).problem()).contains("was not looked at");
        }
    }
}
