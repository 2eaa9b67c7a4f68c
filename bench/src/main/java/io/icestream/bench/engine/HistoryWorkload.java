package io.icestream.bench.engine;

import static io.icestream.bench.engine.Workbench.MAIN;
import static io.icestream.bench.engine.Workbench.path;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Folders;
import io.icestream.bench.Json;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.store.EmptyChunks;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Many small commits on one branch: does a commit slow down with the length of history? */
record HistoryWorkload(int commits) implements Workload {
    private static final NodePath ARRAY = path("a");
    private static final int SAMPLE = 100;
    private static final int ENCODINGS = 20;
    private static final List<Integer> LEVELS = List.of(-1, 1, 3);
    private static final Set<Integer> MARKS = Set.of(100, 1_000, 2_000, 5_000, 10_000);

    static HistoryWorkload at(Scale scale) {
        return new HistoryWorkload(scale.of(10_000, 3_000, 100));
    }

    @Override
    public ObjectNode run(Workbench bench) {
        ObjectNode figures = Json.object();
        Durations only = new Durations();
        Cost cost = new Cost();
        try (Workbench.Place place = bench.create("history")) {
            WritableSession first = Workbench.begin(place.repository());
            first.createArray(ARRAY, Workbench.doubles(new long[] {1}, new long[] {1}));
            first.commit(CommitRequest.of("init")).orThrow();
            for (int commit = 0; commit < commits; commit++) {
                WritableSession session = place.session();
                // The first value is the fill value; it is stored like the others, so that every commit has a chunk.
                ZarrArray.open(session, ARRAY)
                        .write(new long[] {0}, NdArray.of(new double[] {commit}, 1), EmptyChunks.STORE);
                CommitRequest request = CommitRequest.of("c" + commit).metadata(Map.of("w", IntNode.valueOf(commit)));
                cost.begin();
                long start = System.nanoTime();
                session.commit(request).orThrow();
                only.since(start);
                cost.end();
                if (MARKS.contains(commit + 1)) {
                    figures.set("at_" + (commit + 1), mark(place, only, cost));
                }
            }
            readLog(bench, place, figures);
            compareLevels(place, figures);
            return figures.put("bytes_on_disk", Folders.sizeBytes(place.folder()));
        }
    }

    private static ObjectNode mark(Workbench.Place place, Durations only, Cost cost) {
        ObjectNode figures = only.last(SAMPLE);
        figures.setAll(cost.last(SAMPLE));
        return figures.put(
                "repo_object_bytes", place.folder().resolve("repo").toFile().length());
    }

    /** What the object of the whole history costs to encode, and how large it is, at some levels of zstd. */
    private static void compareLevels(Workbench.Place place, ObjectNode figures) {
        RepositoryInfo info = place.repository().info();
        for (int level : LEVELS) {
            Cost cost = new Cost();
            int bytes = 0;
            for (int i = 0; i < ENCODINGS; i++) {
                cost.begin();
                bytes = IcechunkFile.encodeRepositoryInfo(info, level).remaining();
                cost.end();
            }
            ObjectNode figure = cost.last(ENCODINGS).put("bytes", bytes);
            figures.set("level_" + level, figure);
        }
    }

    private void readLog(Workbench bench, Workbench.Place written, ObjectNode figures) {
        try (Workbench.Place place = bench.open(written)) {
            long start = System.nanoTime();
            long snapshots = place.repository()
                    .history(place.repository().findBranch(MAIN).orElseThrow())
                    .count();
            figures.put("log_s", Json.rounded(Durations.seconds(start), 3)).put("snapshots", snapshots);
            Check.that(snapshots == commits + 2L, "the history has " + snapshots + " snapshots");
            double last = ZarrArray.open(place.repository().readonlySession(Version.branch(MAIN)), ARRAY)
                    .readAll()
                    .doubles()[0];
            Check.that(last == commits - 1, "the last commit's value is " + last);
        }
    }
}
