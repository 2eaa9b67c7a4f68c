package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import java.time.Duration;

/**
 * An upload in parts that has begun. Nothing is to be seen of the object until it is complete. Each method makes one
 * request, or a few if the store has taken a part of the bytes only, and can be called again after any failure.
 */
public interface LargeUpload {
    /**
     * @return how many parts are sent before it is completed
     */
    int parts();

    /**
     * @return whether parts may be sent in any order and several at a time, by several threads
     */
    boolean isParallel();

    /**
     * Sends a part.
     *
     * @param part its number, from zero
     * @param limit how long it may take
     * @throws FailedCall if it fails
     */
    void send(int part, Duration limit);

    /**
     * Makes the object, if the write's condition holds.
     *
     * @param limit how long it may take
     * @return the version that the object now has
     * @throws FailedCall if it fails
     */
    ObjectVersion complete(Duration limit);

    /**
     * Gives the upload up.
     *
     * @param limit how long it may take
     * @throws FailedCall if it fails
     */
    void abort(Duration limit);
}
