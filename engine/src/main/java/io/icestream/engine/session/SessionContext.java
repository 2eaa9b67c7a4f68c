package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.asset.ReadPlan;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.observe.Observer;
import io.icestream.engine.ref.Backoff;
import io.icestream.engine.ref.ReferenceStore;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.virtual.VirtualChunks;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What the sessions of one repository share. Thread-safe if its parts are.
 *
 * @param assets reads and writes objects
 * @param references branches and the publishing of commits
 * @param settings what holds for the repository as a whole
 * @param virtualChunks reads what lies outside the repository
 * @param config the configuration of the repository
 * @param parallel runs I/O in parallel
 * @param clock tells the time
 * @param random chooses ids; thread-safe
 * @param backoff waits between rounds of a commit
 * @param place where the repository is: {@link io.icestream.engine.storage.Storage#place}
 * @param commitMetadata goes with every commit that does not say otherwise
 * @param observer is told of commits and what they are made of
 */
public record SessionContext(
        AssetStore assets,
        ReferenceStore references,
        RepositorySettings settings,
        VirtualChunks virtualChunks,
        RepositoryConfig config,
        Parallel parallel,
        InstantSource clock,
        RandomGenerator random,
        Backoff backoff,
        Object place,
        SortedMap<String, JsonNode> commitMetadata,
        Observer observer) {
    /**
     * Reads one chunk as stored, wherever it is. Cost: none for an inline reference, else one request unless cached.
     *
     * @param reference where the chunk is
     * @return the stored bytes, read-only
     * @throws io.icestream.engine.virtual.VirtualChunkException if it lies outside the repository, and may not be fetched or
     *     is no longer what it was
     * @throws io.icestream.engine.storage.StorageException if it is missing or too short, or a store does not work
     */
    public ByteBuffer fetchChunk(ChunkReference reference) {
        return reference instanceof ChunkReference.Virtual outside
                ? virtualChunks.fetch(outside)
                : assets.fetchChunk(reference);
    }

    /**
     * Reads a part of one chunk as stored. Cost: none for an inline reference, else one request, for no more than the part,
     * unless it is cached.
     *
     * @param reference where the chunk is
     * @param part which bytes of it
     * @return exactly these bytes, read-only
     * @throws IllegalArgumentException if the chunk ends before the part does
     */
    ByteBuffer fetchChunkPart(ChunkReference reference, ByteRange part) {
        if (reference instanceof ChunkReference.Virtual outside && part.length() > 0) {
            return virtualChunks.fetch(outside, part.offset(), part.length());
        }
        return assets.fetchChunkPart(reference, part);
    }

    /**
     * Reads chunks that lie near to each other in one object. Cost: one request, gaps between them included.
     *
     * @param run a group of a {@link ReadPlan}
     * @return the stored bytes of each, read-only
     */
    List<ByteBuffer> fetchTogether(List<ChunkReference> run) {
        return run.size() > 1 && run.get(0) instanceof ChunkReference.Virtual first
                ? fetchOutside(first, run)
                : run.size() == 1 ? List.of(fetchChunk(run.get(0))) : assets.fetchTogether(run);
    }

    /** In one request of one version of the object; nothing of it is cached, as the object may change. */
    private List<ByteBuffer> fetchOutside(ChunkReference.Virtual first, List<ChunkReference> run) {
        long end = run.stream().mapToLong(ReadPlan::end).max().orElseThrow();
        ByteBuffer span = virtualChunks.fetch(
                new ChunkReference.Virtual(first.location(), first.offset(), end - first.offset(), first.checksum()));
        return run.stream()
                .map(reference ->
                        span.slice((int) (ReadPlan.offset(reference) - first.offset()), (int) reference.length()))
                .toList();
    }

    Stream<String> virtualLocations(Session session) {
        return session.nodes().stream()
                .filter(node -> node.kind() == NodeKind.ARRAY)
                .flatMap(node -> session.chunks(node.path()))
                .map(Map.Entry::getValue)
                .filter(ChunkReference.Virtual.class::isInstance)
                .map(reference -> ((ChunkReference.Virtual) reference).location())
                .distinct()
                .map(virtualChunks::absolute)
                .distinct();
    }
}
