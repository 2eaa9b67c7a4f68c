package io.icestream.bench.engine;

import static io.icestream.bench.engine.Workbench.MAIN;
import static io.icestream.bench.engine.Workbench.path;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import io.icestream.engine.conflict.BasicConflictSolver;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.InMemoryStorage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** Several writers on one branch of one repository in memory, an array each; who loses a race rebases. */
record WritersWorkload(int commits) implements Workload {
    private static final int WRITERS = 8;
    private static final int REBASES = 1000;

    static WritersWorkload at(Scale scale) {
        return new WritersWorkload(scale.of(25, 100, 3));
    }

    @Override
    public ObjectNode run(Workbench bench) {
        Durations durations = new Durations();
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        try (InMemoryStorage storage = new InMemoryStorage("writers", InstantSource.system());
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            createArrays(repository);
            long start = System.nanoTime();
            List<CompletableFuture<Void>> writers = IntStream.range(0, WRITERS)
                    .mapToObj(
                            writer -> CompletableFuture.runAsync(() -> write(repository, writer, durations), executor))
                    .toList();
            writers.forEach(CompletableFuture::join);
            double seconds = Durations.seconds(start);
            check(repository);
            ObjectNode figures = Json.object()
                    .put("writers", WRITERS)
                    .put("commits_per_s", Json.rounded(WRITERS * commits / seconds, 1));
            figures.set("commit", durations.summary());
            return figures;
        } finally {
            executor.shutdown();
        }
    }

    private void createArrays(Repository repository) {
        WritableSession session = Workbench.begin(repository);
        for (int writer = 0; writer < WRITERS; writer++) {
            session.createArray(path("w" + writer), Workbench.doubles(new long[] {commits}, new long[] {1}));
        }
        session.commit(CommitRequest.of("init")).orThrow();
    }

    private void write(Repository repository, int writer, Durations durations) {
        for (int commit = 0; commit < commits; commit++) {
            WritableSession session = repository.writableSession(MAIN);
            ZarrArray.open(session, path("w" + writer))
                    .write(new long[] {commit}, NdArray.of(new double[] {1.0 + commit}, 1));
            CommitRequest request =
                    CommitRequest.of("x").solver(BasicConflictSolver.defaults()).rebaseAttempts(REBASES);
            long start = System.nanoTime();
            session.commit(request).orThrow();
            durations.since(start);
        }
    }

    private void check(Repository repository) {
        ReadonlySession session = repository.readonlySession(Version.branch(MAIN));
        for (int writer = 0; writer < WRITERS; writer++) {
            double[] values =
                    ZarrArray.open(session, path("w" + writer)).readAll().doubles();
            for (int commit = 0; commit < commits; commit++) {
                Check.that(values[commit] == 1.0 + commit, "commit " + commit + " of writer " + writer + " is lost");
            }
        }
        Check.that(
                repository.history(session.snapshotId()).count() == (long) WRITERS * commits + 2,
                "the history has not every commit");
    }
}
