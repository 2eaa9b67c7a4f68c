/**
 * Zarr v3 as its specification has it: array and group metadata, data types, chunk grids, chunk keys, fill values and codecs.
 *
 * <p>Everything here is pure: JSON and bytes on one side, values and primitive arrays on the other. Where the bytes lie is not this package's concern.
 *
 * <p>Start with {@link io.icestream.engine.zarr.ArrayMetadata}; it knows the {@link io.icestream.engine.zarr.ChunkGrid} and the
 * {@link io.icestream.engine.zarr.CodecChain} that turn an {@link io.icestream.engine.zarr.NdArray} into stored chunks and back.
 *
 * <table>
 *   <caption>What there is</caption>
 *   <tr><th></th><th>names in metadata</th></tr>
 *   <tr><td>data types</td><td>bool, int*, uint*, float*, complex*, r*, string, variable_length_bytes (bytes), raw_bytes, null_terminated_bytes, fixed_length_utf32,
 *     numpy.datetime64, numpy.timedelta64, struct (structured)</td></tr>
 *   <tr><td>array to array</td><td>transpose</td></tr>
 *   <tr><td>array to bytes</td><td>bytes, vlen-utf8, vlen-bytes, sharding_indexed</td></tr>
 *   <tr><td>bytes to bytes</td><td>gzip, zstd, crc32c, blosc (blosclz, lz4, lz4hc, zlib, zstd), numcodecs.zlib, numcodecs.shuffle</td></tr>
 *   <tr><td>chunk grids</td><td>regular, rectilinear</td></tr>
 *   <tr><td>chunk keys</td><td>default, v2; with / or .</td></tr>
 * </table>
 *
 * <p>Damaged bytes of a chunk give a {@link io.icestream.engine.zarr.CorruptChunkException} or other elements, nothing else; memory stays within what the metadata allows.
 * Metadata that names what is not here can be read, kept and written back; only its chunks cannot be decoded.
 *
 * <p>Blosc frames are taken apart and put together here ({@link io.icestream.engine.zarr.BloscFrame}), on top of zstd, the JDK's deflate and LZ4 in its pure Java form: no
 * further native library, and every length is checked.
 *
 * <p>Source: Zarr core specification 3.1 and the registered extensions; where those are silent, what zarr-python 3.4 writes.
 */
@NullMarked
package io.icestream.engine.zarr;

import org.jspecify.annotations.NullMarked;
