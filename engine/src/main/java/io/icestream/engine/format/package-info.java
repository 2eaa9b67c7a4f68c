/**
 * The objects of an Icechunk repository as values, and their bytes.
 *
 * <p>Everything here is a pure function between bytes and immutable values: no I/O, no clock, no chance. The kinds of
 * object are {@link io.icestream.engine.format.RepositoryInfo} (refs, list of snapshots, ops log),
 * {@link io.icestream.engine.format.Snapshot} (nodes), {@link io.icestream.engine.format.Manifest} (chunk references)
 * and {@link io.icestream.engine.format.TransactionLog} (what a commit changed). {@link io.icestream.engine.format.IcechunkFile} turns them into
 * files and back: an envelope of 39 bytes around one zstd frame that holds a FlatBuffers buffer.
 *
 * <p>All public types are immutable and may be shared between threads, except
 * {@link io.icestream.engine.format.ManifestWriter} and {@link io.icestream.engine.format.ManifestCursor}, which belong to one thread.
 *
 * <p>Bytes that are not what the format asks for end in a
 * {@link io.icestream.engine.format.CorruptObjectException} or an
 * {@link io.icestream.engine.format.UnsupportedFormatException}, never in another exception, and never in an
 * allocation that the size of the file does not justify.
 */
@NullMarked
package io.icestream.engine.format;

import org.jspecify.annotations.NullMarked;
