/**
 * Chunks that lie outside the repository: from a location to bytes.
 *
 * <p>A reference names a URL, a range of bytes and, if its writer wished, a checksum. The repository's configuration says,
 * for prefixes of URLs, how the objects below are reached ({@link io.icestream.engine.format.VirtualChunkContainer}); whoever
 * opens the repository says from which prefixes anything may be fetched at all, and as whom ({@link
 * io.icestream.engine.virtual.VirtualAccess}). Both are needed, so that a repository cannot make its readers fetch what they
 * did not mean to.
 *
 * <p>{@link io.icestream.engine.virtual.VirtualChunks} is the one way in. Files, web servers and S3 are built in; a module
 * adds another kind of store by implementing {@code VirtualAccess} and {@link io.icestream.engine.virtual.VirtualStore}.
 *
 * <p><b>What cannot leave a prefix.</b> A location is compared with prefixes after percent-decoding, both as it stands and
 * with {@code .} and {@code ..} resolved, and has to lie below in both forms; so {@code s3://bucket/a/../b} is not below {@code
 * s3://bucket/a/} although S3 would take it as one opaque key. Keys with empty, {@code .} or {@code ..} segments are for S3 only,
 * as in the reference. The real path of a file, symbolic links followed, has to lie below an authorised prefix. A web server's
 * redirection is followed only to an authorised prefix.
 *
 * <p>Source: Icechunk format 2, virtual chunk references; reference implementation 2.3.
 */
@NullMarked
package io.icestream.engine.virtual;

import org.jspecify.annotations.NullMarked;
