package io.icestream.engine.virtual;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.virtual.VirtualAccessException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Files that virtual chunks lie in. ETags of files are those of the reference's store: inode, time of modification in
 * microseconds and size, in hexadecimal, joined by {@code -}. Times are compared with their fractions.
 */
final class LocalFileStore implements VirtualStore {
    private final AuthorisedPrefixes authorised;

    LocalFileStore(AuthorisedPrefixes authorised) {
        this.authorised = authorised;
    }

    @Override
    public Optional<ByteBuffer> fetch(VirtualLocation location, ByteRange range, ReadCondition condition) {
        try {
            Path file = confined(location);
            if (!Files.isRegularFile(file)) {
                throw failure(location, range, "it is no regular file", null);
            }
            if (!holds(file, condition)) {
                return Optional.empty();
            }
            ByteBuffer bytes = read(file, location, range);
            // It may have been replaced in between.
            return holds(file, condition) ? Optional.of(bytes.asReadOnlyBuffer()) : Optional.empty();
        } catch (NoSuchFileException e) {
            throw new ObjectNotFoundException(
                    location.url(), "Cannot read " + range + " of " + location + ": there is no such file", e);
        } catch (InvalidPathException e) {
            throw failure(location, range, "it is no path of a file", e);
        } catch (IOException e) {
            throw failure(location, range, e.getClass().getSimpleName() + ": " + e.getMessage(), e);
        }
    }

    /** The real path, which lies below a prefix whatever links there are. */
    private Path confined(VirtualLocation location) throws IOException {
        if (!isHere(location.authority())) {
            throw new VirtualAccessException(
                    Reason.INVALID_LOCATION,
                    location.stored(),
                    location.container(),
                    "Cannot read the virtual chunk at " + location + ": files of other machines cannot be read");
        }
        Path real = path(location.url()).toRealPath();
        for (String prefix : authorised.list()) {
            if (isBelow(real, prefix)) {
                return real;
            }
        }
        throw new VirtualAccessException(
                Reason.OUTSIDE,
                location.stored(),
                location.container(),
                "Cannot read the virtual chunk at " + location + ": a symbolic link leads to " + real
                        + ", outside of what is authorised; authorise its folder for local files too, if that is meant");
    }

    private static boolean isHere(String host) {
        return host.isEmpty() || host.equalsIgnoreCase("localhost");
    }

    private static Path path(String url) {
        return Path.of(Urls.resolved(url).substring("file://".length()));
    }

    private static boolean isBelow(Path real, String prefix) throws IOException {
        if (!Urls.scheme(prefix).equals(Optional.of("file"))) {
            return false;
        }
        Path root = path(prefix);
        return Files.isDirectory(root) && real.startsWith(root.toRealPath());
    }

    private static boolean holds(Path file, ReadCondition condition) throws IOException {
        if (condition instanceof ReadCondition.None) {
            return true;
        }
        BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
        return condition
                .holds(
                        Optional.of(entityTag(file, attributes)),
                        Optional.of(attributes.lastModifiedTime().toInstant()))
                .orElse(false);
    }

    private static String entityTag(Path file, BasicFileAttributes attributes) throws IOException {
        long micros = attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS);
        return Long.toHexString(inode(file)) + "-" + Long.toHexString(micros) + "-"
                + Long.toHexString(attributes.size());
    }

    private static long inode(Path file) throws IOException {
        return file.getFileSystem().supportedFileAttributeViews().contains("unix")
                ? ((Number) Files.getAttribute(file, "unix:ino")).longValue()
                : 0;
    }

    private static ByteBuffer read(Path file, VirtualLocation location, ByteRange range) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            range.requireWithin(
                    channel.size(), location.url(), location.container().urlPrefix());
            ByteBuffer bytes = ByteBuffer.allocate((int) range.length());
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, range.offset() + bytes.position()) < 0) {
                    range.requireWithin(
                            channel.size(), location.url(), location.container().urlPrefix());
                }
            }
            return bytes.flip();
        }
    }

    private static StorageException failure(
            VirtualLocation location, ByteRange range, String why, @Nullable Exception cause) {
        return new StorageException(
                "Cannot read " + range + " of " + location + ": " + why,
                cause instanceof IOException && !(cause instanceof AccessDeniedException)
                        ? Retry.CAN_HELP
                        : Retry.CANNOT_HELP,
                cause);
    }

    @Override
    public void close() {
        // Files are closed after each read.
    }
}
