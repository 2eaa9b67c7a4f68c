package io.icestream.ingest.topology;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodePath;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.commit.PublishResult;
import io.icestream.ingest.protocol.CommitMessage.ChunkReady;
import io.icestream.ingest.protocol.Ledger;
import io.icestream.ingest.protocol.RoundPlan;
import io.icestream.ingest.tagging.TagResult;
import io.icestream.ingest.window.ChunkSink;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** A branch in memory that publishes by the ledger, as the real one does. */
final class FakeRepository implements RoundPublisher, ChunkSink {

    private final Map<ChunkIndex, double[]> chunks = new HashMap<>();
    private final List<Ledger> ledgers = new ArrayList<>();
    private final List<Map<ChunkIndex, double[]>> contents = new ArrayList<>();
    final NavigableMap<LocalDate, SnapshotId> tags = new TreeMap<>();
    int storesThatFail;
    int publishesThatFail;
    boolean losesReplies;
    int publishesThatAreTooOld;

    FakeRepository(Ledger first) {
        ledgers.add(first);
        contents.add(Map.of());
    }

    @Override
    public synchronized Ledger fetchLedger() {
        return ledgers.get(ledgers.size() - 1);
    }

    @Override
    public synchronized PublishResult publish(RoundPlan plan) {
        Ledger tip = fetchLedger();
        if (publishesThatFail > 0) {
            publishesThatFail--;
            return new PublishResult.Unavailable("the test says so");
        }
        if (tip.round().equals(plan.next().round())) {
            return new PublishResult.AlreadyPublished(tip);
        }
        if (!tip.id().equals(plan.round().base().id())) {
            return new PublishResult.Superseded(tip);
        }
        if (publishesThatAreTooOld > 0) {
            publishesThatAreTooOld--;
            return new PublishResult.TooOld("the test says so");
        }
        Ledger next = plan.next().in(id(ledgers.size()), plan.endsDay());
        for (ChunkReady ready : plan.chunks()) {
            chunks.put(
                    ready.chunk(),
                    doubles(((ChunkReference.Inline) ready.reference()).bytes().asByteBuffer()));
        }
        ledgers.add(next);
        contents.add(new HashMap<>(chunks));
        return losesReplies ? new PublishResult.Unavailable("reply lost") : new PublishResult.Published(next);
    }

    /** Puts another ledger at the tip, as a second committer would. */
    synchronized void publishBySomebodyElse() {
        Ledger tip = fetchLedger();
        Ledger other = new Ledger(
                tip.version(),
                id(ledgers.size()),
                tip.sequence() + 1,
                Optional.of("foreign"),
                tip.position(),
                tip.closed(),
                tip.finalBefore(),
                tip.floor(),
                tip.start(),
                tip.accepted(),
                tip.dead(),
                tip.cells(),
                tip.bad(),
                tip.skipped(),
                tip.greatestEventMicros(),
                tip.watermarkMicros(),
                tip.lastDay(),
                tip.clusterId(),
                tip.topicIds(),
                tip.layoutHash());
        ledgers.add(other);
        contents.add(contents.get(contents.size() - 1));
    }

    /** Takes the newest snapshot away, as a branch reset does. */
    synchronized void reset() {
        ledgers.remove(ledgers.size() - 1);
        contents.remove(contents.size() - 1);
    }

    static SnapshotId id(int number) {
        byte[] bytes = new byte[12];
        bytes[10] = (byte) (number >> 8);
        bytes[11] = (byte) number;
        return SnapshotId.ofBytes(bytes);
    }

    @Override
    public synchronized TagResult tag(Ledger.EndedDay day) {
        String name = "daily-" + day.day();
        return tags.putIfAbsent(day.day(), day.snapshot()) == null
                ? new TagResult.Created(name)
                : new TagResult.AlreadyThere(name);
    }

    @Override
    public NodePath array(int variable) {
        return NodePath.of("/temp");
    }

    @Override
    public synchronized ChunkReference store(int variable, NdArray values) {
        if (storesThatFail > 0) {
            storesThatFail--;
            throw new StorageException("the test says so", StorageException.Retry.CAN_HELP);
        }
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * 8);
        for (double value : values.doubles()) {
            bytes.putDouble(value);
        }
        return new ChunkReference.Inline(Bytes.wrap(bytes.array()));
    }

    private static double[] doubles(ByteBuffer bytes) {
        double[] values = new double[bytes.remaining() / 8];
        bytes.asDoubleBuffer().get(values);
        return values;
    }

    synchronized List<Ledger> ledgers() {
        return List.copyOf(ledgers);
    }

    /** Value of a cell at the tip, NaN if there is none. */
    synchronized double at(long minutes, String station) {
        return at(ledgers.size() - 1, minutes, station);
    }

    /** Value of a cell in one of the snapshots. */
    synchronized double at(int snapshot, long minutes, String station) {
        int slot = (int) (minutes / 20);
        int axis = TestIngest.STATIONS.indexOf(station);
        double[] chunk = contents.get(snapshot).get(ChunkIndex.of(slot / 12, axis / 2));
        return chunk == null ? Double.NaN : chunk[slot % 12 * 2 + axis % 2];
    }
}
