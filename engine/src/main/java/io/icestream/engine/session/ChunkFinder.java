package io.icestream.engine.session;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.ChunkReference;
import java.util.Optional;

/** Tells where the chunks of one array are. Called from several threads at a time. */
@FunctionalInterface
interface ChunkFinder {
    /**
     * @throws IllegalArgumentException if the chunk has another number of dimensions than the array
     */
    Optional<ChunkReference> find(ChunkIndex chunk);
}
