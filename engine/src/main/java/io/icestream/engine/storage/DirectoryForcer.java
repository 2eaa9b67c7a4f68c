package io.icestream.engine.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the entries of one folder durable, one fsync for all threads that wait at the same time. Thread-safe.
 *
 * <p>Protocol: whoever has changed the folder takes the next number and then waits for the turn. The one whose turn it
 * is forces the folder for all
 * numbers taken so far; those who come after it find their number covered and return. A failed fsync is an error for
 * every number that
 * it covered, because the kernel reports a failure once and a second fsync would seem to succeed.
 */
final class DirectoryForcer {
    private final Path directory;
    private final LocalFiles files;

    /** Held across the fsync on purpose: waiting for it is how threads share one. */
    private final ReentrantLock turn = new ReentrantLock();

    private final Object numbers = new Object();
    private long lastTaken;
    private long lastDurable;
    private long lastFailed;

    DirectoryForcer(Path directory, LocalFiles files) {
        this.directory = directory;
        this.files = files;
    }

    void force() throws IOException {
        long mine = takeNumber();
        turn.lock();
        try {
            if (lastFailed >= mine) {
                throw new IOException("fsync of folder " + directory + " has failed for another thread");
            }
            if (lastDurable < mine) {
                forceAllTaken();
            }
        } finally {
            turn.unlock();
        }
    }

    /** How many threads wait for their turn, about; for tests. */
    int waiting() {
        return turn.getQueueLength();
    }

    private void forceAllTaken() throws IOException {
        long covered = numberTaken();
        try {
            files.forceDirectory(directory);
            lastDurable = covered;
        } catch (IOException | RuntimeException e) {
            lastFailed = covered;
            throw e;
        }
    }

    private long takeNumber() {
        synchronized (numbers) {
            return ++lastTaken;
        }
    }

    private long numberTaken() {
        synchronized (numbers) {
            return lastTaken;
        }
    }
}
