/**
 * The Icechunk storage engine for Zarr v3: versioned, analysis-ready arrays in object storage, with commits that take
 * effect whole or not at all.
 *
 * <p>Start reading at {@code Repository} in {@code repository}: it creates and opens repositories, knows branches, tags
 * and history, and opens sessions. A package uses only
 * what is drawn below it, never the other way round; a test of the build holds it to that.
 *
 * <pre>
 *            store        repository
 *               \          /
 *                \        /
 *                 session
 *               /    |    \
 *        conflict    |     ref
 *             \      |      |
 *             change |    asset, virtual
 *             /    \ |   /     \
 *          zarr    format     storage
 *                                |
 *                             observe
 * </pre>
 *
 * <ul>
 *   <li>{@code observe}: what the engine tells about its work, for traces, metrics and logs; used by {@code session} and
 *       {@code repository}, too.
 *   <li>{@code storage}: named objects with versions, in memory, in a local folder, in {@code storage.s3}, in S3
 *       and its like, and, read only, in {@code storage.http}, on web servers; {@code storage.cloud} holds what stores
 *       that are asked by requests have in common. Bytes and keys only.
 *   <li>{@code format}: ids, snapshots, manifests, transaction logs, the repository object; their decoders and
 *       encoders. Pure: no I/O, no clock, no chance.
 *   <li>{@code zarr}: array metadata, data types, chunk grid, codecs, as the Zarr specification has them. Knows nothing
 *       of Icechunk.
 *   <li>{@code asset}: typed reads and writes of the format's objects, with caches.
 *   <li>{@code virtual}: chunks outside the repository: containers, authorisation, from a location to bytes.
 *   <li>{@code change}: what a session has altered and not yet committed.
 *   <li>{@code conflict}: finds conflicts between two commits, and solves them.
 *   <li>{@code ref}: branches, tags, the ops log; the one compare-and-set loop on the repository object.
 *   <li>{@code session}: reading a snapshot, changing it, committing, rebasing.
 *   <li>{@code repository}: creating, opening, refs, history, sessions.
 *   <li>{@code store}: arrays and groups over a session.
 *   <li>{@code maintenance}: expiring, collecting garbage, compacting, verifying, copying, upgrading; above all of these.
 * </ul>
 */
@NullMarked
package io.icestream.engine;

import org.jspecify.annotations.NullMarked;
