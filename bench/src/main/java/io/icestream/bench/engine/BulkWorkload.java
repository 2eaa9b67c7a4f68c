package io.icestream.bench.engine;

import static io.icestream.bench.engine.Workbench.MAIN;
import static io.icestream.bench.engine.Workbench.path;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Check;
import io.icestream.bench.Durations;
import io.icestream.bench.Json;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.store.ZarrArray;
import io.icestream.engine.zarr.NdArray;
import io.icestream.engine.zarr.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Random;
import java.util.SplittableRandom;

/** Writes and reads chunks of 1 MiB, all in one call; plain files of the same bytes, one thread, are the measure. */
record BulkWorkload(int chunks) implements Workload {
    private static final int CHUNK_BYTES = 1 << 20;
    private static final int CHUNK_DOUBLES = CHUNK_BYTES / Double.BYTES;
    private static final int READS = 200;
    private static final NodePath ARRAY = path("a");

    static BulkWorkload at(Scale scale) {
        return new BulkWorkload(scale.of(1024, 256, 4));
    }

    @Override
    public ObjectNode run(Workbench bench) {
        double[] values = new double[chunks * CHUNK_DOUBLES];
        SplittableRandom random = new SplittableRandom(1);
        Arrays.setAll(values, i -> random.nextDouble());
        ObjectNode figures = Json.object();
        try (Workbench.Place place = bench.create("bulk")) {
            write(place, values, figures);
            read(bench, place, values, figures);
        }
        plainFiles(bench.folder().resolve("plain"), values, figures);
        return figures;
    }

    private void write(Workbench.Place place, double[] values, ObjectNode figures) {
        WritableSession session = Workbench.begin(place.repository());
        ZarrArray array = ZarrArray.create(
                session, ARRAY, Workbench.doubles(new long[] {values.length}, new long[] {CHUNK_DOUBLES}));
        long start = System.nanoTime();
        array.write(new long[] {0}, NdArray.of(values, values.length));
        figures.put("write_MiB_s", rate(start));
        start = System.nanoTime();
        session.commit(CommitRequest.of("bulk")).orThrow();
        figures.put("commit_ms", Json.rounded(Durations.seconds(start) * 1e3, 1));
    }

    private void read(Workbench bench, Workbench.Place written, double[] values, ObjectNode figures) {
        try (Workbench.Place place = bench.open(written)) {
            ZarrArray array = ZarrArray.open(place.repository().readonlySession(Version.branch(MAIN)), ARRAY);
            long start = System.nanoTime();
            NdArray read = array.readAll();
            figures.put("read_MiB_s", rate(start));
            Check.that(Arrays.equals(read.doubles(), values), "what was read is not what was written");
            figures.set("chunk_read", readSingly(array, values));
        }
    }

    private ObjectNode readSingly(ZarrArray array, double[] values) {
        Random random = new Random(1);
        Durations durations = new Durations();
        for (int i = 0; i < READS; i++) {
            long first = random.nextInt(chunks) * (long) CHUNK_DOUBLES;
            long start = System.nanoTime();
            double value =
                    array.read(new Region(new long[] {first}, new long[] {1})).doubles()[0];
            durations.since(start);
            Check.that(value == values[(int) first], "element " + first);
        }
        return durations.summary();
    }

    private void plainFiles(Path folder, double[] values, ObjectNode figures) {
        try {
            Files.createDirectories(folder);
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
            chunk.asDoubleBuffer().put(values, 0, CHUNK_DOUBLES);
            long start = System.nanoTime();
            for (int i = 0; i < chunks; i++) {
                writeAtOnce(folder.resolve(Integer.toString(i)), chunk.duplicate());
            }
            figures.put("plain_write_MiB_s", rate(start));
            start = System.nanoTime();
            for (int i = 0; i < chunks; i++) {
                Check.that(Files.readAllBytes(folder.resolve(Integer.toString(i))).length == CHUNK_BYTES, "file " + i);
            }
            figures.put("plain_read_MiB_s", rate(start));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** In one call of the system, as the reference script does; {@link Files#write} makes a hundred of it. */
    private static void writeAtOnce(Path file, ByteBuffer chunk) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            Check.that(channel.write(chunk) == CHUNK_BYTES, "file " + file);
        }
    }

    private long rate(long startNanos) {
        return Math.round(chunks / Durations.seconds(startNanos));
    }
}
