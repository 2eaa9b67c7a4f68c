package io.icestream.engine.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Durability;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.testing.ChildJvm;
import io.icestream.engine.zarr.GroupMetadata;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight processes commit to one branch of a repository in a local folder, as fast as they can: every commit is in the
 * history, once, with its chunk.
 */
class ProcessesTest {
    private static final int PROCESSES = 8;
    private static final int COMMITS = 50;
    private static final NodePath ARRAY = NodePath.of("/a");

    @TempDir
    Path folder;

    @Test
    void noCommitIsLost() {
        try (Storage storage = LocalStorage.open(folder, Durability.PROCESS);
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession session = repository.writableSession("main");
            session.createGroup(NodePath.ROOT, GroupMetadata.empty());
            session.createArray(ARRAY, TestRepository.array(PROCESSES * COMMITS));
            session.commit(CommitRequest.of("array")).orThrow();

            runWriters();

            Set<String> messages = new HashSet<>();
            List<SnapshotEntry> history = repository
                    .history(repository.findBranch("main").orElseThrow())
                    .toList();
            history.forEach(entry -> messages.add(entry.message()));
            assertThat(history).hasSize(2 + PROCESSES * COMMITS);
            assertThat(messages).hasSize(2 + PROCESSES * COMMITS);
            assertThat(repository.readonlySession(Version.branch("main")).chunkIndices(ARRAY))
                    .hasSize(PROCESSES * COMMITS);
            assertThat(repository.operations()).hasSize(2 + PROCESSES * COMMITS);
        }
    }

    private void runWriters() {
        List<ChildJvm> writers = new ArrayList<>();
        try {
            for (int writer = 0; writer < PROCESSES; writer++) {
                writers.add(
                        ChildJvm.start(List.of("-Xmx96m"), Writer.class, folder.toString(), Integer.toString(writer)));
            }
            for (ChildJvm writer : writers) {
                assertThat(writer.awaitExit(Duration.ofMinutes(5)))
                        .as(writer.output())
                        .isZero();
            }
        } finally {
            writers.forEach(ChildJvm::close);
        }
    }

    /** One of the processes. */
    static final class Writer {
        private Writer() {}

        /**
         * Commits chunks of its own, one by one.
         *
         * @param arguments the folder, and the number of this writer
         */
        public static void main(String[] arguments) {
            int number = Integer.parseInt(arguments[1]);
            try (Storage storage = LocalStorage.open(Path.of(arguments[0]), Durability.PROCESS);
                    Repository repository = Repository.open(
                            storage, RepositoryOptions.defaults().withParallelism(1))) {
                for (int commit = 0; commit < COMMITS; commit++) {
                    String message = number + "/" + commit;
                    WritableSession session = repository.writableSession("main");
                    Bytes content = Bytes.wrap(message.getBytes(StandardCharsets.UTF_8));
                    session.attach(ARRAY, ChunkIndex.of(number * COMMITS + commit), new ChunkReference.Inline(content));
                    session.commit(CommitRequest.of(message).solver(BasicConflictSolver.defaults()))
                            .orThrow();
                }
            }
        }
    }
}
