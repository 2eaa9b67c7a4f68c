package io.icestream.bench.engine;

import static io.icestream.bench.engine.Workbench.MAIN;
import static io.icestream.bench.engine.Workbench.path;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import io.icestream.engine.format.ArrayCondition;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.DimensionCondition;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.SplitRule;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One array with very many virtual references, then commits of one more each.
 *
 * @param references how many
 * @param split references per manifest; 0: what a repository is created with
 * @param commits how many of one more
 */
record ReferencesWorkload(int references, int split, int commits) implements Workload {
    private static final NodePath ARRAY = path("a");

    static ReferencesWorkload at(Scale scale, int split) {
        return new ReferencesWorkload(
                scale.of(1_000_000, 200_000, 2_000),
                Math.min(split, scale.of(split, split, 500)),
                scale.of(10, 300, 2));
    }

    @Override
    public ObjectNode run(Workbench bench) {
        try (Workbench.Place place = bench.create("big" + split, config())) {
            createArray(place);
            ObjectNode figures = Json.object().put("refs", references).put("split", split);
            WritableSession session = place.session();
            long start = System.nanoTime();
            for (int chunk = 0; chunk < references; chunk++) {
                session.attach(ARRAY, ChunkIndex.of(chunk), reference(chunk));
            }
            figures.put("set_s", Json.rounded(Durations.seconds(start), 2));
            start = System.nanoTime();
            session.commit(CommitRequest.of("fill")).orThrow();
            figures.put("first_commit_s", Json.rounded(Durations.seconds(start), 2));
            figures.set("commit", addOneEach(place));
            check(bench, place);
            return figures.put("manifest_bytes", manifestBytes(place));
        }
    }

    /** Of the manifests of the last commit. */
    private static long manifestBytes(Workbench.Place place) {
        return place.repository().manifestFiles(Version.branch(MAIN)).stream()
                .mapToLong(ManifestFile::sizeBytes)
                .sum();
    }

    private RepositoryConfig config() {
        if (split == 0) {
            return RepositoryConfig.DEFAULT;
        }
        return RepositoryConfig.DEFAULT.withSplitRules(List.of(new SplitRule(
                new ArrayCondition.AnyArray(),
                List.of(new SplitRule.DimensionSplit(new DimensionCondition.Any(), split)))));
    }

    private void createArray(Workbench.Place place) {
        WritableSession session = Workbench.begin(place.repository());
        session.createArray(ARRAY, Workbench.doubles(new long[] {references + commits + 1L}, new long[] {1}));
        session.commit(CommitRequest.of("init")).orThrow();
    }

    private static ChunkReference reference(int chunk) {
        String file = String.format(Locale.ROOT, "%06d", chunk / 1000);
        return new ChunkReference.Virtual(
                "s3://bucket/path/to/some/file-" + file + ".nc", chunk % 1000 * 1000L, 1000, Optional.empty());
    }

    private ObjectNode addOneEach(Workbench.Place place) {
        Durations only = new Durations();
        for (int commit = 0; commit < commits; commit++) {
            WritableSession session = place.session();
            session.attach(ARRAY, ChunkIndex.of(references + commit), reference(commit));
            long start = System.nanoTime();
            session.commit(CommitRequest.of("c" + commit)).orThrow();
            only.since(start);
        }
        return only.summary();
    }

    private void check(Workbench bench, Workbench.Place written) {
        try (Workbench.Place place = bench.open(written)) {
            ReadonlySession session = place.repository().readonlySession(Version.branch(MAIN));
            Check.that(session.chunkIndices(ARRAY).count() == references + commits, "references are missing");
            for (int chunk = 0; chunk < references; chunk += 997) {
                Check.that(
                        session.findChunk(ARRAY, ChunkIndex.of(chunk)).equals(Optional.of(reference(chunk))),
                        "reference " + chunk);
            }
        }
    }
}
