package io.icestream.engine.storage;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file operations of {@link LocalStorage}, one method for each that can fail, so that tests can make each of them
 * fail. Thread-safe.
 *
 * <p>Temporary files are called like their target with {@code #} and digits behind it; readers of both implementations
 * overlook such names.
 * The digits are this process's id and a counter; where another process on another machine happens to use the same, the
 * next number is taken.
 */
class LocalFiles {
    private static final Logger LOG = LoggerFactory.getLogger(LocalFiles.class);
    /** A number added to this has ten digits behind the first. */
    private static final long TEN_DIGITS = 10_000_000_000L;

    private static final int MAX_NAMES_TRIED = 100_000;

    /**
     * So much of a buffer on the heap goes to or from the system at a time: the JDK copies it through a direct buffer of that size,
     * which it keeps for each thread, and which should stay in the processor's cache.
     */
    private static final int HEAP_PIECE_BYTES = 1 << 18;

    private final AtomicLong lastTemporary = new AtomicLong();
    private final long processId = ProcessHandle.current().pid();

    /** Reads bytes that the file must have. */
    ByteBuffer read(Path file, ByteRange range) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            int end = bytes.limit();
            while (bytes.position() < end) {
                bytes.limit(Math.min(end, bytes.position() + HEAP_PIECE_BYTES));
                if (channel.read(bytes, range.offset() + bytes.position()) < 0) {
                    throw new EOFException("file ends at byte " + (range.offset() + bytes.position()));
                }
            }
        }
        return bytes.flip();
    }

    /** Writes a new temporary file in the folder of the target. Leaves nothing behind when it fails. */
    Path writeTemporary(Path target, ByteBuffer bytes, Durability durability) throws IOException {
        return underUnusedName(target, name -> writeNew(name, bytes, durability));
    }

    private void writeNew(Path file, ByteBuffer bytes, Durability durability) throws IOException {
        FileChannel created = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (FileChannel channel = created) {
            write(channel, bytes.duplicate());
            if (durability == Durability.DISK) {
                force(channel);
            }
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, file);
            throw e;
        }
    }

    void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            bytes.limit(bytes.isDirect() ? end : Math.min(end, bytes.position() + HEAP_PIECE_BYTES));
            channel.write(bytes);
        }
    }

    void force(FileChannel channel) throws IOException {
        channel.force(true);
    }

    /**
     * Makes the entries of a folder durable. An interrupt does not end it: what has been renamed cannot be taken back,
     * so the only
     * useful answer is whether it is durable. The interrupt is kept for the caller.
     */
    void forceDirectory(Path directory) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted();
                try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                    force(channel);
                    return;
                } catch (ClosedByInterruptException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Gives a file a second name. */
    void link(Path existing, Path name) throws IOException {
        Files.createLink(name, existing);
    }

    /** Gives a file a second, temporary name beside the target. */
    Path linkTemporary(Path existing, Path target) throws IOException {
        return underUnusedName(target, name -> link(existing, name));
    }

    /** Moves a file over another one in one step. */
    void rename(Path source, Path target) throws IOException {
        Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    void setLastModified(Path file, Instant time) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(time));
    }

    void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    void createDirectory(Path directory) throws IOException {
        Files.createDirectory(directory);
    }

    /** Removes what a failed attempt left; if that fails too, the first failure carries the second. */
    void deleteAfter(Exception failure, Path file) {
        try {
            delete(file);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    private Path underUnusedName(Path target, Creation creation) throws IOException {
        for (int tried = 0; tried < MAX_NAMES_TRIED; tried++) {
            String digits = processId
                    + Long.toString(TEN_DIGITS + lastTemporary.incrementAndGet())
                            .substring(1);
            Path name = target.resolveSibling(target.getFileName() + "#" + digits);
            try {
                creation.createAs(name);
                return name;
            } catch (FileAlreadyExistsException e) {
                LOG.trace("{} belongs to another writer, taking the next name", name);
            }
        }
        throw new FileAlreadyExistsException(
                target + "#...", null, MAX_NAMES_TRIED + " temporary names are taken; remove left-over '#' files");
    }

    /** Creates a file, or fails because the name is taken. */
    private interface Creation {
        void createAs(Path name) throws IOException;
    }
}
