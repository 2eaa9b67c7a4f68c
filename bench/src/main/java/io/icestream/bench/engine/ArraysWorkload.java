package io.icestream.bench.engine;

import static io.icestream.bench.engine.Workbench.MAIN;
import static io.icestream.bench.engine.Workbench.path;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import java.nio.ByteBuffer;
import java.util.Random;

/**
 * Commits that write one chunk in each of many arrays that hold many references already.
 *
 * @param arrays how many arrays
 * @param references how many chunks each of them has at first
 * @param commits how many commits add one to each
 */
record ArraysWorkload(int arrays, int references, int commits) implements Workload {

    static ArraysWorkload at(Scale scale) {
        return new ArraysWorkload(scale.of(175, 175, 5), scale.of(1000, 500, 20), scale.of(10, 60, 2));
    }

    @Override
    public ObjectNode run(Workbench bench) {
        try (Workbench.Place place = bench.create("arrays")) {
            createArrays(place);
            ObjectNode figures = Json.object().put("arrays", arrays).put("refs_each", references);
            byte[] payload = new byte[8];
            new Random(1).nextBytes(payload);
            WritableSession session = place.session();
            long start = System.nanoTime();
            fill(session, payload, 0, references);
            figures.put("set_refs_per_s", Math.round((double) arrays * references / Durations.seconds(start)));
            start = System.nanoTime();
            session.commit(CommitRequest.of("fill")).orThrow();
            figures.put("first_commit_s", Json.rounded(Durations.seconds(start), 3));
            figures.set("commit", addOneEach(place, payload));
            check(bench, place, payload);
            return figures;
        }
    }

    private void createArrays(Workbench.Place place) {
        WritableSession session = Workbench.begin(place.repository());
        for (int array = 0; array < arrays; array++) {
            session.createArray(
                    path("v" + array), Workbench.doubles(new long[] {references + commits + 1L}, new long[] {1}));
        }
        session.commit(CommitRequest.of("init")).orThrow();
    }

    private void fill(WritableSession session, byte[] payload, int from, int to) {
        for (int array = 0; array < arrays; array++) {
            for (int chunk = from; chunk < to; chunk++) {
                session.setChunk(path("v" + array), ChunkIndex.of(chunk), ByteBuffer.wrap(payload));
            }
        }
    }

    private ObjectNode addOneEach(Workbench.Place place, byte[] payload) {
        Durations only = new Durations();
        for (int commit = 0; commit < commits; commit++) {
            WritableSession session = place.session();
            fill(session, payload, references + commit, references + commit + 1);
            long start = System.nanoTime();
            session.commit(CommitRequest.of("c" + commit)).orThrow();
            only.since(start);
        }
        return only.summary();
    }

    private void check(Workbench bench, Workbench.Place written, byte[] payload) {
        try (Workbench.Place place = bench.open(written)) {
            ReadonlySession session = place.repository().readonlySession(Version.branch(MAIN));
            for (int array = 0; array < arrays; array++) {
                Check.that(
                        session.chunkIndices(path("v" + array)).count() == references + commits,
                        "v" + array + " has not all its chunks");
                Check.that(
                        session.readChunk(path("v" + array), ChunkIndex.of(references))
                                .equals(java.util.Optional.of(ByteBuffer.wrap(payload))),
                        "a chunk of v" + array);
            }
        }
    }
}
