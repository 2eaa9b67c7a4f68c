package io.icestream.engine.virtual;

import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.cloud.CloudStorage;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Reads virtual chunks from one bucket.
 *
 * @param bucket the bucket from its root on; closed with this
 */
public record CloudVirtualStore(CloudStorage bucket) implements VirtualStore {
    @Override
    public Optional<ByteBuffer> fetch(VirtualLocation location, ByteRange range, ReadCondition condition) {
        return bucket.fetchRange(location.key(), range, condition);
    }

    @Override
    public void close() {
        bucket.close();
    }
}
