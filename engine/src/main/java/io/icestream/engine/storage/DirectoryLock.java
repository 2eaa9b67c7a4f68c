package io.icestream.engine.storage;

import io.icestream.engine.storage.StorageException.Retry;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets one thread of one process at a time change objects of a folder that others may change too. Thread-safe, not
 * reentrant.
 *
 * <p>Protocol, two locks taken in this order:
 *
 * <ol>
 *   <li>A lock of this JVM, because a file lock belongs to the process and does not keep its threads apart. Locks are
 *       picked by the file key of the lock file out of a fixed number, so that two storages on
 *       one folder, by whatever path, share one; that two folders may share one too costs waiting only.
 *   <li>A record lock on a lock file in the folder. The kernel gives it up when the process ends, so a killed process
 *       holds nobody up. Such locks are also given up when the process closes
 *       <em>any</em> descriptor of the file: it is opened only by who holds the first lock, and created by who holds
 *       the lock of the class.
 * </ol>
 *
 * <p>The file is never deleted. Should somebody else do so, the lock taken is checked to be on the file that has the
 * name now.
 * The name is one that listings overlook. The reference implementation does not know this lock. Folders on network file
 * systems, and two copies of this class loaded by different class loaders of one
 * JVM, are not covered.
 */
final class DirectoryLock {
    static final String FILE_NAME = "icestream.lock#0";
    static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(30);

    private static final Logger LOG = LoggerFactory.getLogger(DirectoryLock.class);
    private static final long SHORTEST_PAUSE_NANOS = 200_000;
    private static final long LONGEST_PAUSE_NANOS = 10_000_000;
    private static final Object CREATION = new Object();
    private static final ReentrantLock[] IN_JVM =
            Stream.generate(() -> new ReentrantLock(true)).limit(64).toArray(ReentrantLock[]::new);

    private final Path file;
    private final Duration patience;
    private final RandomGenerator jitter;

    /**
     * @param directory an existing folder by the time that the lock is first taken
     * @param patience how long to wait for others before giving up
     * @param jitter spreads the attempts of several processes
     */
    DirectoryLock(Path directory, Duration patience, RandomGenerator jitter) {
        this.file = directory.resolve(FILE_NAME);
        this.patience = patience;
        this.jitter = jitter;
    }

    /** What to do while holding the lock. */
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    /**
     * Runs an action while holding the lock.
     *
     * @throws StorageException if others hold the lock for too long or the thread is interrupted; the action has not
     *     been run then
     * @throws IOException if the lock file cannot be used, before the action, or by the action itself
     */
    <T> T holding(Action<T> action) throws IOException {
        long deadlineNanos = System.nanoTime() + patience.toNanos();
        while (true) {
            Object fileKey = createdFileKey();
            ReentrantLock inJvm = IN_JVM[Math.floorMod(Objects.hashCode(fileKey), IN_JVM.length)];
            lockInJvm(inJvm, deadlineNanos);
            try (Held held = lockFile(deadlineNanos)) {
                if (Objects.equals(fileKey, currentFileKey())) {
                    return action.run();
                }
                held.noteReplaced(file);
            } finally {
                inJvm.unlock();
            }
        }
    }

    private void lockInJvm(ReentrantLock inJvm, long deadlineNanos) {
        try {
            if (!inJvm.tryLock(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                throw new StorageException(
                        "Cannot lock " + file + ": other threads of this process have held it for " + patience
                                + "; look for one that hangs in file system calls",
                        Retry.CAN_HELP);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw interrupted(e);
        }
    }

    private Held lockFile(long deadlineNanos) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            return new Held(channel, lockChannel(channel, deadlineNanos));
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private FileLock lockChannel(FileChannel channel, long deadlineNanos) throws IOException {
        long pauseNanos = SHORTEST_PAUSE_NANOS;
        for (int attempts = 1; ; attempts++) {
            FileLock lock = tryLock(channel);
            if (lock != null) {
                return lock;
            }
            if (System.nanoTime() >= deadlineNanos) {
                throw heldByOthers(attempts);
            }
            LockSupport.parkNanos(pauseNanos / 2 + jitter.nextLong(pauseNanos));
            if (Thread.currentThread().isInterrupted()) {
                throw interrupted(null);
            }
            pauseNanos = Math.min(LONGEST_PAUSE_NANOS, pauseNanos * 3 / 2);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /**
     * Creates the file if need be. Nobody of this JVM gets past here while the descriptor of the creation is open,
     * which is closed without harm to a lock therefore.
     */
    private @Nullable Object createdFileKey() throws IOException {
        synchronized (CREATION) {
            try {
                return currentFileKey();
            } catch (NoSuchFileException absent) {
                createFile();
                return currentFileKey();
            }
        }
    }

    private void createFile() throws IOException {
        try {
            Files.createFile(file);
        } catch (FileAlreadyExistsException e) {
            LOG.trace("Another process has created {}", file);
        }
    }

    private @Nullable Object currentFileKey() throws IOException {
        return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
    }

    private StorageException heldByOthers(int attempts) {
        return new StorageException(
                "Cannot lock " + file + ": another process has held it for " + patience + " (" + attempts
                        + " attempts); find it with 'lslocks' or 'fuser' and stop it if it hangs",
                Retry.CAN_HELP);
    }

    private StorageException interrupted(@Nullable InterruptedException cause) {
        return new StorageException(
                "Cannot lock " + file + ": the thread was interrupted while it waited", Retry.CAN_HELP, cause);
    }

    /**
     * The lock on the file. Giving it up does not fail: closing the channel ends the lock, and the outcome of the
     * action stands.
     */
    private record Held(FileChannel channel, FileLock lock) implements AutoCloseable {
        void noteReplaced(Path file) {
            LOG.debug("{} was replaced while {} was taken; locking again", file, lock);
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                LOG.warn("Cannot close the lock file; its lock is given up when the process ends at the latest", e);
            }
        }
    }
}
