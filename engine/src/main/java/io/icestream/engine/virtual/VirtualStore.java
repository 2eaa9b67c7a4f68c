package io.icestream.engine.virtual;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ReadCondition;
import java.nio.ByteBuffer;
import java.util.Optional;

/** Reads objects that virtual chunks lie in. Thread-safe. Repeats by itself what may pass, a bounded number of times. */
public interface VirtualStore extends AutoCloseable {
    /**
     * Reads a range of an object, all bytes of one state of it.
     *
     * @param location the object; below an authorised prefix
     * @param range which bytes, at least one
     * @param condition what must hold of the object; if it cannot be told whether it does, that is an error
     * @return exactly those bytes, read-only; or empty if the condition does not hold
     * @throws io.icestream.engine.storage.ObjectNotFoundException if there is no such object
     * @throws io.icestream.engine.storage.StorageException if the object ends before the range, or the store does not work
     */
    Optional<ByteBuffer> fetch(VirtualLocation location, ByteRange range, ReadCondition condition);

    @Override
    void close();
}
