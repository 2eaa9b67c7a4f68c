package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.NodeKind;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.ref.Backoff;
import io.icestream.engine.ref.References;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.virtual.VirtualChunks;
import java.nio.ByteBuffer;
import java.time.InstantSource;
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
 * @param commitMetadata goes with every commit that does not say otherwise
 */
public record SessionContext(
        AssetStore assets,
        References references,
        RepositorySettings settings,
        VirtualChunks virtualChunks,
        RepositoryConfig config,
        Parallel parallel,
        InstantSource clock,
        RandomGenerator random,
        Backoff backoff,
        SortedMap<String, JsonNode> commitMetadata) {
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
