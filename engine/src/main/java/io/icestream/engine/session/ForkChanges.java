package io.icestream.engine.session;

import io.icestream.engine.change.ChangeSet;
import io.icestream.engine.change.ChangeSetCodec;
import io.icestream.engine.change.SealedBytes;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.SnapshotId;
import java.io.DataInput;
import java.io.IOException;

/**
 * What a fork sends back. In a {@link SealedBytes} envelope of kind 2: id of the fork 12 bytes, id of the snapshot that it
 * started from 12 bytes, changes as {@link ChangeSetCodec} says.
 *
 * @param fork id of the fork
 * @param start the snapshot that it started from
 * @param changes what it changed since
 */
record ForkChanges(SnapshotId fork, SnapshotId start, ChangeSet changes) {
    private static final int KIND = 2;

    Bytes encode() {
        return SealedBytes.seal(KIND, out -> {
            out.write(fork.toBytes());
            out.write(start.toBytes());
            ChangeSetCodec.write(out, changes);
        });
    }

    static ForkChanges decode(Bytes bytes) {
        return SealedBytes.open(
                bytes,
                KIND,
                "changes of a fork",
                in -> new ForkChanges(readId(in), readId(in), ChangeSetCodec.read(in)));
    }

    static SnapshotId readId(DataInput in) throws IOException {
        byte[] id = new byte[SnapshotId.SIZE_BYTES];
        in.readFully(id);
        return SnapshotId.ofBytes(id);
    }
}
