package io.icestream.ingest.window;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.slice.Block;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;

/**
 * Blocks by chunk: the bytes in a {@link StateTable}, and on the heap an index of some hundred bytes per block.
 *
 * <p>Key of a block, big endian: length and UTF-8 of the array group, chunk along time (8 bytes), chunk along stations (4), window (8),
 * length and UTF-8 of the source topic, source partition (4), smallest source offset (8). It follows from the block's content, so that the
 * same block stored again replaces itself.
 */
final class BlockStore {

    static final Comparator<ChunkKey> ORDER = Comparator.comparing(ChunkKey::group)
            .thenComparingLong(ChunkKey::time)
            .thenComparingInt(ChunkKey::station);

    private final StateTable table;
    private final NavigableMap<ChunkKey, List<BlockEntry>> index = new TreeMap<>(ORDER);

    /** Reads the index from what the table holds: one scan of it. */
    BlockStore(StateTable table) {
        this.table = table;
        table.scan(new byte[0], (key, value) -> enter(key, Block.Header.peek(value)));
    }

    void add(Block block) {
        byte[] key = key(block);
        table.put(key, block.encoded());
        if (entries(block.chunk()).stream().noneMatch(entry -> Arrays.equals(entry.key(), key))) {
            enter(key, block.header());
        }
    }

    private void enter(byte[] key, Block.Header block) {
        index.computeIfAbsent(block.chunk(), chunk -> new ArrayList<>())
                .add(new BlockEntry(
                        key, block.window(), block.source(), block.minOffset(), block.maxOffset(), block.rows()));
    }

    Set<ChunkKey> chunks() {
        return Collections.unmodifiableSet(index.keySet());
    }

    List<BlockEntry> entries(ChunkKey chunk) {
        return Collections.unmodifiableList(index.getOrDefault(chunk, List.of()));
    }

    Block load(BlockEntry entry) {
        byte[] value = table.find(entry.key());
        if (value == null) {
            throw new IllegalStateException("A block of window " + entry.window() + " from " + entry.source()
                    + " at offset " + entry.minOffset() + " is gone from the state store; run reinit");
        }
        return Block.decode(value);
    }

    void remove(ChunkKey chunk, BlockEntry entry) {
        table.delete(entry.key());
        List<BlockEntry> entries = index.get(chunk);
        if (entries != null && entries.remove(entry) && entries.isEmpty()) {
            index.remove(chunk);
        }
    }

    private static byte[] key(Block block) {
        byte[] group = block.chunk().group().getBytes(UTF_8);
        byte[] topic = block.source().topic().getBytes(UTF_8);
        return ByteBuffer.allocate(2 + group.length + 8 + 4 + 8 + 2 + topic.length + 4 + 8)
                .putShort((short) group.length)
                .put(group)
                .putLong(block.chunk().time())
                .putInt(block.chunk().station())
                .putLong(block.window())
                .putShort((short) topic.length)
                .put(topic)
                .putInt(block.source().partition())
                .putLong(block.minOffset())
                .array();
    }
}
