package io.icestream.engine.storage;

import io.icestream.engine.storage.StorageException.Retry;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Says what an error of the file system means and what to do about it. */
final class LocalErrors {
    private static final long LITTLE_SPACE_BYTES = 64 * 1024;

    private final Path root;
    private final String location;

    LocalErrors(Path root, String location) {
        this.root = root;
        this.location = location;
    }

    /**
     * @param what what could not be done, such as {@code write 'repo'}
     * @param cause what the file system said
     */
    StorageException translate(String what, IOException cause) {
        Diagnosis diagnosis = diagnose(cause);
        return new StorageException(
                "Cannot " + what + " in " + location + ": " + diagnosis.why, diagnosis.retry, cause);
    }

    private Diagnosis diagnose(IOException cause) {
        if (cause instanceof ClosedByInterruptException) {
            return new Diagnosis("the thread was interrupted", Retry.CAN_HELP);
        }
        if (cause instanceof AccessDeniedException denied) {
            return new Diagnosis(
                    "permission denied for " + denied.getFile()
                            + "; let the user of this process read and write the folder",
                    Retry.CANNOT_HELP);
        }
        if (isReadOnly()) {
            return new Diagnosis("the file system is mounted read-only; remount it", Retry.CANNOT_HELP);
        }
        if (isFull(cause)) {
            return new Diagnosis("no space is left; free some on the device, or raise the quota", Retry.CAN_HELP);
        }
        Path file = fileOnTheWay(cause);
        if (file != null) {
            return new Diagnosis(file + " is a file where a folder is needed; move it away", Retry.CANNOT_HELP);
        }
        return new Diagnosis(cause.toString(), Retry.CAN_HELP);
    }

    private boolean isReadOnly() {
        FileStore store = store();
        return store != null && store.isReadOnly();
    }

    private boolean isFull(IOException cause) {
        String text = String.valueOf(cause.getMessage());
        return text.contains("No space left") || text.contains("quota exceeded") || hasHardlyAnySpace();
    }

    /** The text of an error depends on the language of the machine, the free space does not. */
    private boolean hasHardlyAnySpace() {
        FileStore store = store();
        try {
            return store != null && store.getUsableSpace() < LITTLE_SPACE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable Path fileOnTheWay(IOException cause) {
        if (!(cause instanceof FileSystemException error)
                || error.getFile() == null
                || cause instanceof NoSuchFileException) {
            return null;
        }
        Path path = Path.of(error.getFile());
        while (path != null && !Files.isRegularFile(path)) {
            path = path.getParent();
        }
        return path;
    }

    private @Nullable FileStore store() {
        Path existing = root;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing == null ? null : Files.getFileStore(existing);
        } catch (IOException e) {
            return null;
        }
    }

    private record Diagnosis(String why, Retry retry) {}
}
