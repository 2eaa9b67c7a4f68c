package io.icestream.bench.pipeline;

import io.icestream.bench.Check;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.repository.RepositoryOptions;
import io.icestream.engine.repository.Version;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.storage.LocalStorage;
import io.icestream.engine.store.ZarrArray;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a repository back and compares every cell, bit for bit, with what was produced. */
final class RepositoryCheck {
    private final Contest contest;

    RepositoryCheck(Contest contest) {
        this.contest = contest;
    }

    /** Number of cells that were compared. */
    long run(Path folder) {
        try (LocalStorage storage = LocalStorage.open(folder);
                Repository repository = Repository.open(storage, RepositoryOptions.defaults());
                FileChannel expected = FileChannel.open(contest.expected())) {
            ReadonlySession session = repository.readonlySession(Version.branch("main"));
            Check.that(
                    Arrays.asList(read(session, "station").readAll().strings()).equals(contest.stations()),
                    "the stations differ");
            times(read(session, "time").readAll().longs());
            long cells = 0;
            for (int variable = 0; variable < contest.variables().size(); variable++) {
                String name = contest.variables().get(variable);
                cells += compare(name, read(session, name).readAll().doubles(), values(expected, variable));
            }
            return cells;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ZarrArray read(ReadonlySession session, String name) {
        return ZarrArray.open(session, NodePath.ROOT.resolve(name));
    }

    private static void times(long[] minutes) {
        for (int i = 0; i < minutes.length; i++) {
            Check.that(minutes[i] == i, "time " + i + " is " + minutes[i]);
        }
    }

    private DoubleBuffer values(FileChannel expected, int variable) throws IOException {
        long bytes = contest.size().records() * Double.BYTES;
        ByteBuffer values = expected.map(FileChannel.MapMode.READ_ONLY, variable * bytes, bytes);
        return values.order(ByteOrder.LITTLE_ENDIAN).asDoubleBuffer();
    }

    /** Cells behind the last minute lie in the last window and are fill. */
    private static long compare(String name, double[] found, DoubleBuffer expected) {
        Check.that(found.length >= expected.limit(), name + " has only " + found.length + " cells");
        for (int i = 0; i < found.length; i++) {
            boolean same = i < expected.limit()
                    ? Double.doubleToRawLongBits(found[i]) == Double.doubleToRawLongBits(expected.get(i))
                    : Double.isNaN(found[i]);
            Check.that(same, "cell " + i + " of " + name + " is " + found[i]);
        }
        return expected.limit();
    }
}
