package io.icestream.engine.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;

/**
 * A child process of {@link LocalStorageProcessesTest}: takes the lock of a folder and never gives it back. Argument:
 * the folder.
 */
final class HoldLockMain {
    private HoldLockMain() {}

    public static void main(String[] arguments) throws IOException {
        DirectoryLock lock = new DirectoryLock(Path.of(arguments[0]), Duration.ofSeconds(20), new Random(1));
        lock.holding(() -> {
            System.out.println("holding");
            return hang();
        });
    }

    private static int hang() throws IOException {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        return 0;
    }
}
