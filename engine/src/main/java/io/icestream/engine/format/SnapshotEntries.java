package io.icestream.engine.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshots that a repository object lists, sorted by id.
 *
 * <p>Entries of a file stay in its bytes until they are asked for. When the object is written again, the end of those
 * bytes is taken over as a whole (see {@link SnapshotEntryCodec}), so that a commit costs little per snapshot of the
 * history. Ids and parents are checked when the file is read; damage elsewhere in an entry shows as a
 * {@link CorruptObjectException} when the entry is asked for.
 *
 * <p>Immutable; may be shared between threads.
 */
public final class SnapshotEntries {
    static final int NO_PARENT = -1;

    private static final SnapshotEntries NONE =
            new SnapshotEntries(Source.NONE, new SnapshotId[0], new int[0], new int[0], Map.of());

    /**
     * The bytes that entries are in.
     *
     * @param reader the bytes, or null if there are none
     * @param tailBytes how many bytes, counted from the end, all entries lie in with what they refer to
     * @param packed whether these bytes are known to hold little else
     * @param updates the ops log in the same bytes, if they were written here
     */
    record Source(@Nullable FlatReader reader, int tailBytes, boolean packed, WrittenUpdates updates) {
        static final Source NONE = new Source(null, 0, true, WrittenUpdates.NONE);
    }

    private final Source source;

    private final SnapshotId[] ids;
    /** Index of the parent of each, or {@link #NO_PARENT}. */
    private final int[] parents;
    /** Where each entry is, as the distance of its table from the end of the bytes; 0 for those in {@link #loose}. */
    private final int[] places;

    /** Entries that are in no file yet. */
    private final Map<SnapshotId, SnapshotEntry> loose;

    private SnapshotEntries(
            Source source, SnapshotId[] ids, int[] parents, int[] places, Map<SnapshotId, SnapshotEntry> loose) {
        this.source = source;
        this.ids = ids;
        this.parents = parents;
        this.places = places;
        this.loose = Map.copyOf(loose);
    }

    /**
     * Sorts and links entries.
     *
     * @throws IllegalArgumentException if two have one id, a parent is missing, or parents form a ring
     */
    public static SnapshotEntries of(Collection<SnapshotEntry> entries) {
        SnapshotEntry[] rows = entries.toArray(new SnapshotEntry[0]);
        Arrays.sort(rows, Comparator.comparing(SnapshotEntry::id));
        SnapshotId[] ids = Arrays.stream(rows).map(SnapshotEntry::id).toArray(SnapshotId[]::new);
        Map<SnapshotId, Integer> indices = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            if (indices.put(ids[i], i) != null) {
                throw new IllegalArgumentException("Invalid list of snapshots: " + ids[i] + " is there twice");
            }
        }
        int[] parents = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            parents[i] = parentIndex(rows[i], indices);
        }
        int ring = findRing(parents);
        if (ring >= 0) {
            throw new IllegalArgumentException("Invalid list of snapshots: " + ids[ring] + " is its own ancestor");
        }
        return new SnapshotEntries(
                Source.NONE,
                ids,
                parents,
                new int[ids.length],
                Arrays.stream(rows).collect(Collectors.toMap(SnapshotEntry::id, Function.identity())));
    }

    private static int parentIndex(SnapshotEntry entry, Map<SnapshotId, Integer> indices) {
        if (entry.parent().isEmpty()) {
            return NO_PARENT;
        }
        Integer index = indices.get(entry.parent().get());
        if (index == null) {
            throw new IllegalArgumentException("Invalid list of snapshots: parent "
                    + entry.parent().get() + " of " + entry.id() + " is not in it");
        }
        return index;
    }

    static SnapshotEntries none() {
        return NONE;
    }

    /**
     * Takes over entries of a file whose ids are sorted and whose parents are in range. The arrays are not copied.
     *
     * @param places distance of each table from the end of the bytes
     */
    static SnapshotEntries of(Source source, SnapshotId[] ids, int[] parents, int[] places) {
        return new SnapshotEntries(source, ids, parents, places, Map.of());
    }

    /** The same entries in the bytes of a file that was made of them. */
    SnapshotEntries movedTo(Source written, int[] newPlaces) {
        return new SnapshotEntries(written, ids, parents, newPlaces, Map.of());
    }

    /** An entry that is its own ancestor, or -1 if there is none. */
    static int findRing(int[] parents) {
        int[] visits = new int[parents.length];
        for (int start = 0; start < parents.length; start++) {
            int at = start;
            while (at != NO_PARENT && visits[at] == 0) {
                visits[at] = start + 1;
                at = parents[at];
            }
            if (at != NO_PARENT && visits[at] == start + 1) {
                return at;
            }
        }
        return -1;
    }

    /** Number of snapshots. */
    public int size() {
        return ids.length;
    }

    /** Whether a snapshot is in the list. */
    public boolean contains(SnapshotId id) {
        return indexOf(id) >= 0;
    }

    /** The entry of a snapshot; cost: one binary search and the decoding of one entry. */
    public Optional<SnapshotEntry> find(SnapshotId id) {
        int index = indexOf(id);
        return index < 0 ? Optional.empty() : Optional.of(entry(index));
    }

    /** The parent of a snapshot, without decoding its entry; empty for the first snapshot and for one not in the list. */
    public Optional<SnapshotId> findParent(SnapshotId id) {
        int index = indexOf(id);
        return index < 0 ? Optional.empty() : parent(index);
    }

    /** All entries in the order of their ids, each decoded when the stream comes to it. */
    public Stream<SnapshotEntry> all() {
        return IntStream.range(0, ids.length).mapToObj(this::entry);
    }

    /** All ids, sorted. */
    public List<SnapshotId> ids() {
        return List.of(ids);
    }

    /** A snapshot and its ancestors, newest first, each decoded when the stream comes to it; none if it is not here. */
    public Stream<SnapshotEntry> ancestry(SnapshotId id) {
        int start = Math.max(indexOf(id), NO_PARENT);
        return IntStream.iterate(start, index -> index != NO_PARENT, index -> parents[index])
                .mapToObj(this::entry);
    }

    int indexOf(SnapshotId id) {
        int index = Arrays.binarySearch(ids, id);
        return index < 0 ? -1 : index;
    }

    SnapshotId id(int index) {
        return ids[index];
    }

    int parentIndex(int index) {
        return parents[index];
    }

    /** The bytes that those entries are in of which {@link #place} says where. */
    Source source() {
        return source;
    }

    /** Where an entry is in the bytes, as the distance of its table from their end; 0 if it is not there. */
    int place(int index) {
        return places[index];
    }

    /** An entry that is in the bytes. */
    FlatTable table(int index) {
        FlatReader reader = source.reader();
        if (reader == null || places[index] == 0) {
            throw new IllegalStateException("Snapshot " + ids[index] + " is in no file");
        }
        return reader.tableAt(reader.size() - places[index]);
    }

    private Optional<SnapshotId> parent(int index) {
        return parents[index] == NO_PARENT ? Optional.empty() : Optional.of(ids[parents[index]]);
    }

    SnapshotEntry entry(int index) {
        SnapshotEntry added = loose.get(ids[index]);
        return added == null ? SnapshotEntryCodec.read(table(index), ids[index], parent(index)) : added;
    }

    /**
     * The list with one more snapshot.
     *
     * @throws IllegalArgumentException if the snapshot is there already, or its parent is not
     */
    SnapshotEntries with(SnapshotEntry entry) {
        int found = Arrays.binarySearch(ids, entry.id());
        if (found >= 0) {
            throw new IllegalArgumentException("Cannot add snapshot " + entry.id() + ": it is there already");
        }
        int parent = entry.parent().map(this::indexOf).orElse(NO_PARENT);
        if (entry.parent().isPresent() && parent < 0) {
            throw new IllegalArgumentException("Cannot add snapshot " + entry.id() + ": its parent "
                    + entry.parent().get() + " is not in the repository");
        }
        return insert(-found - 1, entry, parent);
    }

    private SnapshotEntries insert(int at, SnapshotEntry entry, int parent) {
        SnapshotId[] newIds = opened(ids, at, new SnapshotId[ids.length + 1]);
        newIds[at] = entry.id();
        int[] newPlaces = new int[ids.length + 1];
        System.arraycopy(places, 0, newPlaces, 0, at);
        System.arraycopy(places, at, newPlaces, at + 1, ids.length - at);
        int[] newParents = new int[ids.length + 1];
        for (int i = 0; i < ids.length; i++) {
            newParents[i < at ? i : i + 1] = parents[i] >= at ? parents[i] + 1 : parents[i];
        }
        newParents[at] = parent >= at ? parent + 1 : parent;
        Map<SnapshotId, SnapshotEntry> newLoose = new HashMap<>(loose);
        newLoose.put(entry.id(), entry);
        return new SnapshotEntries(source, newIds, newParents, newPlaces, newLoose);
    }

    /** Who becomes the parent of a snapshot whose parent goes. */
    public enum Adoption {
        /** The first snapshot of its history, whatever is kept in between. */
        BY_FIRST_SNAPSHOT,
        /** The nearest ancestor that is kept, and {@link SnapshotId#INITIAL} if there is none. */
        BY_NEAREST_KEPT
    }

    /**
     * The list without some snapshots. A snapshot whose parent goes is put below another one, and its list of pruned logs
     * gets, oldest first, those of all snapshots in between: of each, its own list, then its id. Cost: snapshots that keep
     * their parent are not decoded.
     *
     * @param dropped what goes; ids that are not in the list are fine
     */
    public SnapshotEntries without(Set<SnapshotId> dropped, Adoption adoption) {
        int[] indices = new int[ids.length];
        int kept = 0;
        for (int i = 0; i < ids.length; i++) {
            indices[i] = dropped.contains(ids[i]) ? NO_PARENT : kept++;
        }
        SnapshotId[] keptIds = new SnapshotId[kept];
        int[] keptParents = new int[kept];
        int[] keptPlaces = new int[kept];
        Map<SnapshotId, SnapshotEntry> keptLoose = new HashMap<>();
        for (int i = 0; i < ids.length; i++) {
            int index = indices[i];
            if (index != NO_PARENT) {
                int parent = parents[i];
                boolean orphan = parent != NO_PARENT && indices[parent] == NO_PARENT;
                int adopter = orphan ? adopter(i, indices, adoption) : parent;
                keptIds[index] = ids[i];
                keptParents[index] = adopter == NO_PARENT ? NO_PARENT : indices[adopter];
                if (orphan || places[i] == 0) {
                    keptLoose.put(ids[i], orphan ? adopted(i, adopter) : entry(i));
                } else {
                    keptPlaces[index] = places[i];
                }
            }
        }
        Source sparse = new Source(source.reader(), source.tailBytes(), false, source.updates());
        return new SnapshotEntries(sparse, keptIds, keptParents, keptPlaces, keptLoose);
    }

    private int adopter(int orphan, int[] indices, Adoption adoption) {
        int at = parents[orphan];
        while (parents[at] != NO_PARENT && (adoption == Adoption.BY_FIRST_SNAPSHOT || indices[at] == NO_PARENT)) {
            at = parents[at];
        }
        if (indices[at] != NO_PARENT) {
            return at;
        }
        int initial = indexOf(SnapshotId.INITIAL);
        return initial >= 0 && initial != orphan && indices[initial] != NO_PARENT ? initial : NO_PARENT;
    }

    private SnapshotEntry adopted(int orphan, int adopter) {
        List<List<SnapshotId>> newestFirst = new ArrayList<>();
        for (int at = parents[orphan]; at != adopter && at != NO_PARENT; at = parents[at]) {
            newestFirst.add(List.of(ids[at]));
            newestFirst.add(entry(at).prunedAncestorLogs());
        }
        Collections.reverse(newestFirst);
        SnapshotEntry entry = entry(orphan);
        newestFirst.add(entry.prunedAncestorLogs());
        return new SnapshotEntry(
                entry.id(),
                adopter == NO_PARENT ? Optional.empty() : Optional.of(ids[adopter]),
                entry.flushedAt(),
                entry.message(),
                entry.metadata(),
                newestFirst.stream().flatMap(List::stream).toList());
    }

    private static <T> T[] opened(T[] source, int at, T[] target) {
        System.arraycopy(source, 0, target, 0, at);
        System.arraycopy(source, at, target, at + 1, source.length - at);
        return target;
    }

    /** Compares ids and parents, then entries, which decodes them. */
    @Override
    public boolean equals(Object other) {
        return other instanceof SnapshotEntries that
                && Arrays.equals(ids, that.ids)
                && Arrays.equals(parents, that.parents)
                && IntStream.range(0, ids.length).allMatch(i -> entry(i).equals(that.entry(i)));
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return ids.length + " snapshots";
    }
}
