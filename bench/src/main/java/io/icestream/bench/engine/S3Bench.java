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
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudStorage;
import io.icestream.engine.storage.s3.S3Credentials;
import io.icestream.engine.storage.s3.S3Location;
import io.icestream.engine.storage.s3.S3Options;
import io.icestream.engine.storage.s3.S3Storage;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Commits to an S3 server: eight writers on one branch in one process, each with a client of its own; one writer alone, whose
 * requests are counted; and eight processes, of whose commits none may be missing. The first commits of the process are told
 * apart from those after the JVM has compiled the S3 client. Prints one JSON object.
 */
public final class S3Bench {
    private static final int WRITERS = 8;
    private static final int COMMITS = 15;
    private static final int ALONE = 60;
    private static final int WARM_UP = 1600;
    private static final int COMMITS_PER_PROCESS = 50;
    private static final int REBASES = 10_000;

    private final URI endpoint;
    private final S3Credentials.Keys keys;
    private final String prefix;

    private S3Bench(URI endpoint, S3Credentials.Keys keys, String prefix) {
        this.endpoint = endpoint;
        this.keys = keys;
        this.prefix = prefix;
    }

    /**
     * Runs the workload, or as one of its processes the commits of one writer.
     *
     * @param args endpoint, access key, secret key of a server with the bucket {@code icestream-bench}; for a process of
     *     the workload prefix and number of the writer, too
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        S3Credentials.Keys keys = new S3Credentials.Keys(args[1], args[2]);
        if (args.length == 5) {
            new S3Bench(URI.create(args[0]), keys, args[3]).writeAsProcess(Integer.parseInt(args[4]));
            return;
        }
        S3Bench bench = new S3Bench(URI.create(args[0]), keys, UUID.randomUUID().toString());
        ObjectNode figures = Json.object().put("workload", "s3").put("client", "icestream");
        figures.set("cold", bench.within("cold").commitTogether(COMMITS));
        bench.within("warm-up").commitTogether(WARM_UP / WRITERS);
        figures.setAll(bench.within("together").commitTogether(COMMITS));
        figures.setAll(bench.within("alone").commitAlone());
        figures.setAll(bench.within("processes").commitInProcesses(List.of(args)));
        System.out.println(figures);
    }

    private S3Bench within(String name) {
        return new S3Bench(endpoint, keys, prefix + "/" + name);
    }

    private CloudStorage storage() {
        return S3Storage.open(S3Options.minio(endpoint, S3Location.parse("s3://icestream-bench/" + prefix))
                .allowHttp()
                .credentials(keys)
                .build());
    }

    private void create(int length) {
        try (CloudStorage storage = storage();
                Repository repository = Repository.create(storage, RepositoryOptions.defaults())) {
            WritableSession session = Workbench.begin(repository);
            for (int writer = 0; writer < WRITERS; writer++) {
                session.createArray(path("w" + writer), Workbench.doubles(new long[] {length}, new long[] {1}));
            }
            session.commit(CommitRequest.of("init")).orThrow();
        }
    }

    private static WritableSession changed(Repository repository, int writer, int element, double value) {
        WritableSession session = repository.writableSession(MAIN);
        ZarrArray.open(session, path("w" + writer)).write(new long[] {element}, NdArray.of(new double[] {value}, 1));
        return session;
    }

    private void write(int writer, int commits, Durations durations) {
        try (CloudStorage storage = storage();
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            for (int commit = 0; commit < commits; commit++) {
                WritableSession session = changed(repository, writer, commit, 1.0 + commit);
                CommitRequest request = CommitRequest.of("x")
                        .solver(BasicConflictSolver.defaults())
                        .rebaseAttempts(REBASES);
                long start = System.nanoTime();
                session.commit(request).orThrow();
                durations.since(start);
            }
        }
    }

    private ObjectNode commitTogether(int commits) {
        create(commits);
        Durations durations = new Durations();
        ExecutorService executor = Executors.newFixedThreadPool(WRITERS);
        long start = System.nanoTime();
        try {
            IntStream.range(0, WRITERS)
                    .mapToObj(writer -> CompletableFuture.runAsync(() -> write(writer, commits, durations), executor))
                    .toList()
                    .forEach(CompletableFuture::join);
        } finally {
            executor.shutdown();
        }
        double seconds = Durations.seconds(start);
        Check.that(missing(commits) == 0, "commits of writers in one process are missing");
        ObjectNode figures = Json.object().put("commits_per_s", Json.rounded(WRITERS * commits / seconds, 1));
        ObjectNode summary = durations.summary();
        figures.set("p50_ms", summary.get("p50_ms"));
        figures.set("max_ms", summary.get("max_ms"));
        return figures;
    }

    private ObjectNode commitAlone() {
        create(COMMITS);
        Durations durations = new Durations();
        try (CloudStorage storage = storage();
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            changed(repository, 0, 0, 1).commit(CommitRequest.of("first")).orThrow();
            long requests = 0;
            long puts = 0;
            for (int commit = 0; commit < ALONE; commit++) {
                WritableSession session = changed(repository, 0, commit % COMMITS, 7.0 + commit);
                long requestsBefore = storage.statistics().allRequests();
                long putsBefore = storage.statistics().requests(CloudOperation.PUT);
                long start = System.nanoTime();
                session.commit(CommitRequest.of("x")).orThrow();
                durations.since(start);
                requests += storage.statistics().allRequests() - requestsBefore;
                puts += storage.statistics().requests(CloudOperation.PUT) - putsBefore;
            }
            ObjectNode figures = Json.object()
                    .put("alone_requests", Json.rounded((double) requests / ALONE, 2))
                    .put("alone_puts", Json.rounded((double) puts / ALONE, 2));
            figures.set("alone_p50_ms", durations.summary().get("p50_ms"));
            return figures;
        }
    }

    private ObjectNode commitInProcesses(List<String> server) throws IOException, InterruptedException {
        create(COMMITS_PER_PROCESS);
        List<Process> processes = new ArrayList<>();
        for (int writer = 0; writer < WRITERS; writer++) {
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    S3Bench.class.getName()));
            command.addAll(server);
            command.addAll(List.of(prefix, Integer.toString(writer)));
            processes.add(new ProcessBuilder(command).inheritIO().start());
        }
        int failed = 0;
        for (Process process : processes) {
            failed += process.waitFor() == 0 ? 0 : 1;
        }
        Check.that(failed == 0, failed + " of the writing processes failed");
        return Json.object()
                .put("process_commits", WRITERS * COMMITS_PER_PROCESS)
                .put("process_commits_lost", missing(COMMITS_PER_PROCESS));
    }

    private void writeAsProcess(int writer) {
        write(writer, COMMITS_PER_PROCESS, new Durations());
    }

    /** How many commits that were reported as done are not in the history, or not in the arrays. */
    private long missing(int commits) {
        try (CloudStorage storage = storage();
                Repository repository = Repository.open(storage, RepositoryOptions.defaults())) {
            var session = repository.readonlySession(Version.branch(MAIN));
            long history = repository.history(session.snapshotId()).count();
            long values = 0;
            for (int writer = 0; writer < WRITERS; writer++) {
                double[] read =
                        ZarrArray.open(session, path("w" + writer)).readAll().doubles();
                values += IntStream.range(0, commits)
                        .filter(i -> read[i] == 1.0 + i)
                        .count();
            }
            long expected = (long) WRITERS * commits;
            return Math.max(expected + 2 - history, expected - values);
        }
    }
}
