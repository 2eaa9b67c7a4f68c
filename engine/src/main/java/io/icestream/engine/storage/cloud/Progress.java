package io.icestream.engine.storage.cloud;

/** When bytes of an exchange moved last. Thread-safe. */
final class Progress {
    private volatile long lastNanos = System.nanoTime();

    void moved() {
        lastNanos = System.nanoTime();
    }

    long nanosSince() {
        return System.nanoTime() - lastNanos;
    }
}
