package io.icestream.bench.engine;

import static io.icestream.bench.engine.Workbench.MAIN;
import static io.icestream.bench.engine.Workbench.path;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Folders;
import io.icestream.bench.Json;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.util.Arrays;
import java.util.Random;

/** One commit per window: every variable grows by one chunk of doubles. */
record AppendWorkload(int commits) implements Workload {
    private static final int VARIABLES = 4;
    private static final int ROWS = 60;
    private static final int STATIONS = 200;
    private static final int FIRST = 50;

    static AppendWorkload at(Scale scale) {
        return new AppendWorkload(scale.of(500, 2_000, 10));
    }

    @Override
    public ObjectNode run(Workbench bench) {
        NdArray block = NdArray.of(new Random(1).doubles((long) ROWS * STATIONS).toArray(), ROWS, STATIONS);
        Durations whole = new Durations();
        Durations only = new Durations();
        Cost cost = new Cost();
        try (Workbench.Place place = bench.create("append")) {
            createArrays(place);
            for (int window = 0; window < commits; window++) {
                long start = System.nanoTime();
                WritableSession session = place.session();
                grow(session, window, block);
                cost.begin();
                long written = System.nanoTime();
                session.commit(CommitRequest.of("window " + window)).orThrow();
                only.since(written);
                cost.end();
                whole.since(start);
            }
            check(bench, place, block);
            ObjectNode figures = figures(whole, only);
            figures.set("first_50", only.first(FIRST));
            figures.set("cost_last_tenth", cost.last(Math.max(1, commits / 10)));
            return figures.put("bytes_on_disk", Folders.sizeBytes(place.folder()));
        }
    }

    private static void createArrays(Workbench.Place place) {
        WritableSession session = Workbench.begin(place.repository());
        for (int variable = 0; variable < VARIABLES; variable++) {
            session.createArray(
                    path("v" + variable), Workbench.doubles(new long[] {0, STATIONS}, new long[] {ROWS, STATIONS}));
        }
        session.commit(CommitRequest.of("init")).orThrow();
    }

    private static void grow(WritableSession session, int window, NdArray block) {
        for (int variable = 0; variable < VARIABLES; variable++) {
            ZarrArray array = ZarrArray.open(session, path("v" + variable));
            array.resize((window + 1L) * ROWS, STATIONS);
            array.write(new long[] {(long) window * ROWS, 0}, block);
        }
    }

    private void check(Workbench bench, Workbench.Place written, NdArray block) {
        try (Workbench.Place place = bench.open(written)) {
            ReadonlySession session = place.repository().readonlySession(Version.branch(MAIN));
            for (int variable = 0; variable < VARIABLES; variable++) {
                ZarrArray array = ZarrArray.open(session, path("v" + variable));
                for (int window = 0; window < commits; window++) {
                    NdArray read =
                            array.read(new Region(new long[] {(long) window * ROWS, 0}, new long[] {ROWS, STATIONS}));
                    Check.that(Arrays.equals(read.doubles(), block.doubles()), "window " + window + " of v" + variable);
                }
            }
            Check.that(
                    place.repository().history(session.snapshotId()).count() == commits + 2L,
                    "the history has not every commit");
        }
    }

    private ObjectNode figures(Durations whole, Durations only) {
        int tenth = Math.max(1, commits / 10);
        ObjectNode figures = Json.object();
        figures.set("commit_first_tenth", only.first(tenth));
        figures.set("commit_last_tenth", only.last(tenth));
        figures.set("window_first_tenth", whole.first(tenth));
        figures.set("window_last_tenth", whole.last(tenth));
        return figures;
    }
}
