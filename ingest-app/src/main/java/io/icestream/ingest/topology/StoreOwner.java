package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.protocol.Init;

/** The incarnation that a store belongs to, kept in the store: tells a store that was lost from one that is new (rule P16). */
final class StoreOwner {

    private static final byte[] KEY = "incarnation".getBytes(UTF_8);

    private StoreOwner() {}

    /** Refuses a store of another incarnation, and an empty one whose input has been read. */
    static void check(KafkaStateTable table, String store, String topic, int partition, long start, IngestParts parts) {
        byte[] owner = table.find(KEY);
        if (owner == null) {
            parts.requireUnread(store, topic, partition, start);
        } else {
            parts.requireOwn(store, new String(owner, UTF_8));
        }
    }

    /** Writes the incarnation, unless it is there. */
    static void sign(KafkaStateTable table, Init init) {
        if (table.find(KEY) == null) {
            table.put(KEY, init.incarnation().getBytes(UTF_8));
        }
    }
}
