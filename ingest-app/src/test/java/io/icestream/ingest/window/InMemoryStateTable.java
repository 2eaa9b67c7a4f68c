package io.icestream.ingest.window;

import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A table on the heap; knows what was changed since the last commit, as a changelog does. */
final class InMemoryStateTable implements StateTable {

    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    private final TreeSet<byte[]> changed = new TreeSet<>(Arrays::compareUnsigned);

    @Override
    public byte @Nullable [] find(byte[] key) {
        return entries.get(key);
    }

    @Override
    public void put(byte[] key, byte[] value) {
        entries.put(key, value);
        changed.add(key);
    }

    @Override
    public void delete(byte[] key) {
        entries.remove(key);
        changed.add(key);
    }

    @Override
    public void scan(byte[] prefix, BiConsumer<byte[], byte[]> visitor) {
        for (Map.Entry<byte[], byte[]> entry : entries.tailMap(prefix, true).entrySet()) {
            if (!startsWith(entry.getKey(), prefix)) {
                return;
            }
            visitor.accept(entry.getKey(), entry.getValue());
        }
    }

    private static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    InMemoryStateTable copy() {
        InMemoryStateTable copy = new InMemoryStateTable();
        copy.entries.putAll(entries);
        return copy;
    }

    /** Applies what was changed since the last commit. */
    void commitTo(InMemoryStateTable changelog) {
        for (byte[] key : changed) {
            byte[] value = entries.get(key);
            if (value == null) {
                changelog.entries.remove(key);
            } else {
                changelog.entries.put(key, value);
            }
        }
        changed.clear();
    }
}
