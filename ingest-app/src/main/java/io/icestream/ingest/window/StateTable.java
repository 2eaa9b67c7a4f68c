package io.icestream.ingest.window;

import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes by key, ordered by unsigned key bytes. Changes take effect together with the messages of the same transaction, or not at all; that
 * is the duty of whoever provides the table. Belongs to one thread.
 */
public interface StateTable {

    /**
     * Finds a value.
     *
     * @param key the key
     * @return the value, or null if there is none
     */
    byte @Nullable [] find(byte[] key);

    /**
     * Sets a value.
     *
     * @param key the key
     * @param value the value; not changed afterwards by the caller
     */
    void put(byte[] key, byte[] value);

    /**
     * Removes a value; no effect if there is none.
     *
     * @param key the key
     */
    void delete(byte[] key);

    /**
     * Visits all entries whose key begins with {@code prefix}, in order. The visitor must not change the table.
     *
     * @param prefix first bytes of the keys; empty for all
     * @param visitor is given key and value
     */
    void scan(byte[] prefix, BiConsumer<byte[], byte[]> visitor);
}
