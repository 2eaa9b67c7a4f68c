package io.icestream.ingest.topology;

import io.icestream.ingest.config.IngestConfig;
import io.icestream.ingest.decode.ObservationDecoder;
import io.icestream.ingest.decode.RegistryClient;
import io.icestream.ingest.decode.TimestampOrigin;
import io.icestream.ingest.protocol.Init;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.protocol.SourcePartition;
import io.icestream.ingest.slice.DatasetGrid;
import io.icestream.ingest.window.ChunkSink;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What the processors of a topology are made from. Shared by all tasks of a process.
 *
 * @param config the settings
 * @param init what the stores of this incarnation were built from
 * @param sources every source partition
 * @param origins who sets the timestamps of a source topic; the producer if it is not listed
 * @param grid the grid
 * @param registry knows the schemas of the records
 * @param chunks where finished chunks go
 * @param publisher publishes rounds and tags days
 * @param ends ends of the source partitions
 * @param committed committed offsets of the group
 * @param builders runs chunk jobs
 * @param committer runs work on the repository, one piece at a time
 * @param activity is told when such work begins and when its result was told of
 * @param roundIds makes random round ids
 * @param observer is told of protocol points
 * @param clock the time
 * @param listener is told what happens
 */
public record IngestParts(
        IngestConfig config,
        Init init,
        SortedSet<SourcePartition> sources,
        Map<String, TimestampOrigin> origins,
        DatasetGrid grid,
        RegistryClient registry,
        ChunkSink chunks,
        RoundPublisher publisher,
        SourceEnds ends,
        CommittedOffsets committed,
        Executor builders,
        Executor committer,
        CommitterActivity activity,
        Supplier<String> roundIds,
        ProtocolObserver observer,
        InstantSource clock,
        IngestListener listener) {

    public IngestParts {
        sources = new TreeSet<>(sources);
        origins = Map.copyOf(origins);
    }

    /** How long what was sent may stay uncommitted. */
    Duration commitInterval() {
        return StreamsSettings.commitInterval(config);
    }

    /** A decoder for one task. */
    ObservationDecoder decoder() {
        return new ObservationDecoder(config.dataset(), grid, config.watermark().maxFutureSkew(), registry, clock);
    }

    /**
     * Checks that a store which was found empty has lost nothing: nothing may have been read since the incarnation started (rule P16).
     *
     * @throws HaltException if the group has read beyond the incarnation's start
     */
    void requireUnread(String store, String topic, int partition, long start) {
        long offset = committed.fetch(topic, partition);
        if (offset != start) {
            throw new HaltException(
                    "The state store of '" + store + "' for partition " + partition + " of topic '" + topic
                            + "' is empty, but its input was read to offset " + offset
                            + " since incarnation " + init.incarnation()
                            + " started at " + start + ": its changelog was lost; stop all members and run reinit");
        }
    }

    /** Checks that a restored store belongs to this incarnation. */
    void requireOwn(String store, String incarnation) {
        if (!incarnation.equals(init.incarnation())) {
            throw new HaltException("The state store of '" + store + "' belongs to incarnation " + incarnation
                    + ", expected " + init.incarnation() + "; stop all members and run reinit");
        }
    }
}
