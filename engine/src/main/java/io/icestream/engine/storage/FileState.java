package io.icestream.engine.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the file system says of one regular file, and the versions made from it.
 *
 * <p>A version is file key (device and inode), modification time, size, and a CRC-32C of the content. The first three
 * are what the reference
 * implementation uses, and alone they can repeat: a freed inode is given to the next file, and the modification time
 * moves in steps of the kernel's
 * clock tick, so that two replacements of equal size within some milliseconds can look the same. Against that, {@link
 * LocalStorage} gives a file that replaces another one a
 * later time than its predecessor's, and the checksum tells apart what writers other than ours have left. The time of
 * the last status change would not do: it moves when a hard link
 * is made, and a backup is one.
 *
 * @param fileKey device and inode, or null where the file system has no such thing
 * @param lastModified modification time as exact as Java tells it
 * @param sizeBytes length in bytes
 */
record FileState(@Nullable Object fileKey, Instant lastModified, long sizeBytes) {
    /**
     * Looks at a file, following links.
     *
     * @return empty if there is nothing, or something that is not a regular file
     */
    static Optional<FileState> of(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() ? Optional.of(of(attributes)) : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (FileSystemException e) {
            if (isBelowFile(file)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    static FileState of(BasicFileAttributes attributes) {
        return new FileState(attributes.fileKey(), attributes.lastModifiedTime().toInstant(), attributes.size());
    }

    /** The version of this file if {@code content} is what it holds. */
    ObjectVersion version(ByteBuffer content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content.duplicate());
        return new ObjectVersion(attributesToken() + Long.toHexString(checksum.getValue()));
    }

    /** Whether a version can be that of this file, as far as it shows without reading the content. */
    boolean mayBeIn(ObjectVersion version) {
        return version.token().startsWith(attributesToken());
    }

    private String attributesToken() {
        return fileKey + "-" + lastModified + "-" + sizeBytes + "-";
    }

    private static boolean isBelowFile(Path file) {
        for (Path parent = file.getParent(); parent != null; parent = parent.getParent()) {
            if (Files.isRegularFile(parent)) {
                return true;
            }
        }
        return false;
    }
}
