package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.decode.TimestampOrigin;
import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.BlockBuffers;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.slice.Row;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Decodes {@code minutes,station,value}; anything else is bad. */
final class TextDecoder implements RecordDecoder {

    private final DatasetGrid grid;
    private final Row row = new Row(1);

    TextDecoder(DatasetGrid grid) {
        this.grid = grid;
    }

    static byte[] encode(long minutes, String station, double value) {
        return (minutes + "," + station + "," + value).getBytes(UTF_8);
    }

    @Override
    public long decode(
            byte @Nullable [] value,
            long timestampMillis,
            TimestampOrigin origin,
            BlockBuffers target,
            SourcePartition source,
            long offset) {
        String[] fields = value == null ? new String[0] : new String(value, UTF_8).split(",");
        if (fields.length != 3) {
            return REJECTED;
        }
        long micros = DatasetGrid.micros(TestIngest.minute(Long.parseLong(fields[0])));
        row.clear();
        row.place(grid.slotAt(micros), TestIngest.STATIONS.indexOf(fields[1]));
        row.order(timestampMillis, offset);
        row.set(0, Double.doubleToRawLongBits(Double.parseDouble(fields[2])));
        target.append(source, row);
        return micros;
    }

    @Override
    public Rejection rejection() {
        return new Rejection(Reason.DESERIALIZE, "not three fields", Optional.empty());
    }
}
