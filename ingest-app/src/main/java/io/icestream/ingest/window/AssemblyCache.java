package io.icestream.ingest.window;

import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.Cut;
import io.icestream.ingest.slice.ChunkAssembly;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merged chunks, so that a chunk of many windows is not merged from its first block at every window. An assembly is taken out to be merged
 * further; it is of use only to a round whose base has the cut it was merged at. Bounded by cells, the longest unused one goes first.
 */
final class AssemblyCache {

    private record Entry(Cut cut, ChunkAssembly assembly) {}

    private final long maxCells;
    private final Map<ChunkKey, Entry> entries = new LinkedHashMap<>();
    private long cells;

    AssemblyCache(long maxCells) {
        this.maxCells = maxCells;
    }

    Optional<ChunkAssembly> take(ChunkKey chunk, Cut cut) {
        Entry entry = remove(chunk);
        return entry != null && entry.cut().equals(cut) ? Optional.of(entry.assembly()) : Optional.empty();
    }

    void keep(ChunkKey chunk, Cut cut, ChunkAssembly assembly) {
        remove(chunk);
        entries.put(chunk, new Entry(cut, assembly));
        cells += assembly.cells();
        while (cells > maxCells) {
            remove(entries.keySet().iterator().next());
        }
    }

    void forget(ChunkKey chunk) {
        remove(chunk);
    }

    private @Nullable Entry remove(ChunkKey chunk) {
        Entry entry = entries.remove(chunk);
        if (entry != null) {
            cells -= entry.assembly().cells();
        }
        return entry;
    }
}
