package io.icestream.engine.format;

import java.nio.ByteBuffer;

/**
 * A repository object ready to be stored.
 *
 * @param info the value that was encoded; equal to the one given, and cheaper to change and encode again
 * @param bytes the whole file, read-only
 */
public record EncodedRepository(RepositoryInfo info, ByteBuffer bytes) {}
