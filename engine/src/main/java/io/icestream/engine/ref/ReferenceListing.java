package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.CorruptObjectException;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.Utf8Order;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.Storage;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Stream;

/** The names of all branches and tags of a repository of version 1, and where they point. */
final class ReferenceListing {
    private final ReferenceObjects objects;
    private final Parallel parallel;
    private final NavigableSet<String> branches = new TreeSet<>(Utf8Order.COMPARATOR);
    private final NavigableSet<String> tags = new TreeSet<>(Utf8Order.COMPARATOR);
    private final NavigableSet<String> deletedTags = new TreeSet<>(Utf8Order.COMPARATOR);

    private ReferenceListing(ReferenceObjects objects, Parallel parallel) {
        this.objects = objects;
        this.parallel = parallel;
    }

    /** Lists. Cost: one listing. */
    static ReferenceListing of(Storage storage, ReferenceObjects objects, Parallel parallel) {
        ReferenceListing listing = new ReferenceListing(objects, parallel);
        try (Stream<ObjectSummary> found = storage.list(AssetKeys.REFS)) {
            found.forEach(object -> listing.add(object.key()));
        }
        listing.tags.removeAll(listing.deletedTags);
        return listing;
    }

    private void add(String key) {
        AssetKeys.branchOf(key).ifPresent(branches::add);
        AssetKeys.tagOf(key).ifPresent(tags::add);
        AssetKeys.deletedTagOf(key).ifPresent(deletedTags::add);
    }

    /** Names of branches. */
    NavigableSet<String> branches() {
        return branches;
    }

    /** Names that were tags. */
    NavigableSet<String> deletedTags() {
        return deletedTags;
    }

    /** Reads where all branches point. Cost: one request each. */
    SortedMap<String, SnapshotId> readBranches(BiConsumer<String, IcestreamException> unreadable) {
        return read(branches, AssetKeys::branch, unreadable);
    }

    /** Reads where all tags point. Cost: one request each. */
    SortedMap<String, SnapshotId> readTags(BiConsumer<String, IcestreamException> unreadable) {
        return read(tags, AssetKeys::tag, unreadable);
    }

    /** Reads where deleted tags pointed, as far as that can be told. Cost: one request each. */
    SortedMap<String, SnapshotId> readDeletedTags() {
        return read(deletedTags, AssetKeys::tag, (key, failure) -> {});
    }

    /** One that was deleted since the listing is not there. */
    private SortedMap<String, SnapshotId> read(
            Collection<String> names, Function<String, String> key, BiConsumer<String, IcestreamException> unreadable) {
        ConcurrentHashMap<String, SnapshotId> found = new ConcurrentHashMap<>();
        parallel.map(List.copyOf(names), name -> {
            find(key.apply(name), unreadable).ifPresent(content -> found.put(name, content.snapshot()));
            return name;
        });
        SortedMap<String, SnapshotId> sorted = new TreeMap<>(Utf8Order.COMPARATOR);
        sorted.putAll(found);
        return Collections.unmodifiableSortedMap(sorted);
    }

    private Optional<ReferenceObjects.Content> find(String key, BiConsumer<String, IcestreamException> unreadable) {
        try {
            return objects.find(key);
        } catch (CorruptObjectException e) {
            unreadable.accept(key, e);
            return Optional.empty();
        }
    }
}
