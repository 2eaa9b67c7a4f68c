package io.icestream.engine.session;

import io.icestream.engine.change.SealedBytes;
import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.SnapshotId;

/**
 * What a fork is opened with. In a {@link SealedBytes} envelope of kind 1: id of the fork 12 bytes, id of the snapshot to
 * start from 12 bytes, branch as modified UTF-8.
 *
 * @param fork id of the fork, so that its changes are merged once
 * @param start the snapshot that it starts from
 * @param branch the branch of the session that it was forked from, for messages
 */
record ForkTicket(SnapshotId fork, SnapshotId start, String branch) {
    private static final int KIND = 1;

    Bytes encode() {
        return SealedBytes.seal(KIND, out -> {
            out.write(fork.toBytes());
            out.write(start.toBytes());
            out.writeUTF(branch);
        });
    }

    static ForkTicket decode(Bytes bytes) {
        return SealedBytes.open(
                bytes,
                KIND,
                "fork of a session",
                in -> new ForkTicket(ForkChanges.readId(in), ForkChanges.readId(in), in.readUTF()));
    }
}
