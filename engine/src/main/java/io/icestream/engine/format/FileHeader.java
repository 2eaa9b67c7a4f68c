package io.icestream.engine.format;

import java.util.Optional;

/**
 * What the first 39 bytes of a file say.
 *
 * @param writer name of the implementation that wrote it, without padding
 * @param specVersion format version of this file
 * @param type what the file holds; empty if the number is not known
 * @param compression how the rest is compressed: {@code zstd}, or the number of something else
 */
public record FileHeader(String writer, int specVersion, Optional<FileType> type, String compression) {}
