package io.icestream.bench.pipeline;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.bench.Json;

/** Times the reading of a known number of records: all of them, and the second half, in which the JVM is warm. Not thread-safe. */
final class Halves {
    private final long records;
    private long read;
    private long first;
    private long half;
    private long readAtHalf;
    private long end;

    Halves(long records) {
        this.records = records;
    }

    /** Counts records that have just been read. */
    void read(long count) {
        if (count == 0) {
            return;
        }
        long now = System.nanoTime();
        if (read == 0) {
            first = now;
        }
        read += count;
        end = now;
        if (half == 0 && read >= records / 2) {
            half = now;
            readAtHalf = read;
        }
    }

    boolean isDone() {
        return read >= records;
    }

    ObjectNode figures(String name) {
        return Json.object()
                .put("name", name)
                .put("records", read)
                .put("seconds", Json.rounded((end - first) / 1e9, 3))
                .put("second_half_records", read - readAtHalf)
                .put("second_half_seconds", Json.rounded((end - half) / 1e9, 3));
    }
}
