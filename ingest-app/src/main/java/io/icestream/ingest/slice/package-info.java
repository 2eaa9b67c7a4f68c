/**
 * Placing observations on the chunk grid. No Kafka, no storage.
 *
 * <p>{@link io.icestream.ingest.slice.DatasetGrid} is the arithmetic. Rows gather in {@link
 * io.icestream.ingest.slice.BlockBuffers}, leave as a {@link io.icestream.ingest.slice.Block} for each chunk, window and source
 * partition, and become dense arrays in a {@link io.icestream.ingest.slice.ChunkAssembly}.
 */
@NullMarked
package io.icestream.ingest.slice;

import org.jspecify.annotations.NullMarked;
