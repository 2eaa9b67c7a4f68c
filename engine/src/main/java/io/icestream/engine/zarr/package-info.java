/**
 * Zarr v3 as its specification has it: array and group metadata, data types, the regular chunk grid, chunk keys, fill values and codecs.
 *
 * <p>Everything here is pure: JSON and bytes on one side, values and primitive arrays on the other. Where the bytes lie is not this package's concern.
 *
 * <p>Start with {@link io.icestream.engine.zarr.ArrayMetadata}; it knows the {@link io.icestream.engine.zarr.ChunkGrid} and the
 * {@link io.icestream.engine.zarr.CodecChain} that turn an {@link io.icestream.engine.zarr.NdArray} into stored chunks and back.
 *
 * <p>Source: Zarr core specification 3.1 and the registered extensions {@code string}, {@code vlen-utf8} and {@code zstd}.
 */
@NullMarked
package io.icestream.engine.zarr;

import org.jspecify.annotations.NullMarked;
