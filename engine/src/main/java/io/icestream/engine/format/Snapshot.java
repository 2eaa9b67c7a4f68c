package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;

/** All nodes of a repository at one commit, and the manifests that hold their chunk references. */
public final class Snapshot {
    private static final String ROOT_MESSAGE = "Repository initialized";

    private final SnapshotId id;
    private final Optional<SnapshotId> parent;
    private final Instant flushedAt;
    private final String message;
    private final SortedMap<String, JsonNode> metadata;
    private final List<Node> nodes;
    private final List<ManifestFile> manifestFiles;

    private Snapshot(
            SnapshotId id,
            Optional<SnapshotId> parent,
            Instant flushedAt,
            String message,
            SortedMap<String, JsonNode> metadata,
            List<Node> nodes,
            List<ManifestFile> manifestFiles) {
        this.id = id;
        this.parent = parent;
        this.flushedAt = flushedAt;
        this.message = message;
        this.metadata = metadata;
        this.nodes = nodes;
        this.manifestFiles = manifestFiles;
    }

    /**
     * Makes a snapshot; nodes and manifests may come in any order.
     *
     * @param flushedAt cut to microseconds
     * @param metadata copied
     * @throws IllegalArgumentException if two nodes have one path, two manifests one id, an array refers to a manifest
     *     that is not in {@code manifestFiles}, or the time is before 1970
     */
    public static Snapshot of(
            SnapshotId id,
            Instant flushedAt,
            String message,
            Map<String, ? extends JsonNode> metadata,
            Collection<Node> nodes,
            Collection<ManifestFile> manifestFiles) {
        Snapshot snapshot = new Snapshot(
                id,
                Optional.empty(),
                Ranges.storedTime(flushedAt),
                message,
                Metadata.copyOf(metadata),
                sorted(nodes, Node::path, "path"),
                sorted(manifestFiles, ManifestFile::id, "manifest"));
        snapshot.checkManifestsListed();
        return snapshot;
    }

    /** The first snapshot of a repository: no node at all, not even the root group. */
    public static Snapshot initial(Instant flushedAt) {
        return of(SnapshotId.INITIAL, flushedAt, ROOT_MESSAGE, Metadata.ofRoot(), List.of(), List.of());
    }

    /** This snapshot below another one, or below none. */
    public Snapshot withParent(Optional<SnapshotId> newParent) {
        return new Snapshot(id, newParent, flushedAt, message, metadata, nodes, manifestFiles);
    }

    private static <T, K extends Comparable<K>> List<T> sorted(Collection<T> items, Function<T, K> key, String what) {
        List<T> sorted = new ArrayList<>(items);
        sorted.sort(Comparator.comparing(key));
        for (int i = 1; i < sorted.size(); i++) {
            K current = key.apply(sorted.get(i));
            if (current.compareTo(key.apply(sorted.get(i - 1))) == 0) {
                throw new IllegalArgumentException("Invalid snapshot: " + what + " " + current + " is there twice");
            }
        }
        return Collections.unmodifiableList(sorted);
    }

    private void checkManifestsListed() {
        for (Node node : nodes) {
            if (node.data() instanceof NodeData.Array array) {
                for (ManifestReference reference : array.manifests()) {
                    if (findManifestFile(reference.id()).isEmpty()) {
                        throw new IllegalArgumentException("Invalid snapshot: array " + node.path()
                                + " refers to manifest " + reference.id() + ", which is not in the list of manifests");
                    }
                }
            }
        }
    }

    /** Id of this snapshot. */
    public SnapshotId id() {
        return id;
    }

    /**
     * The snapshot before this one, as the file says: files of version 1 do, and only the first snapshot has none; files of
     * version 2 never do, there the repository object knows the parents.
     */
    public Optional<SnapshotId> parent() {
        return parent;
    }

    /** When it was written, by the clock of its writer, in whole microseconds. */
    public Instant flushedAt() {
        return flushedAt;
    }

    /** What the author said. */
    public String message() {
        return message;
    }

    /** What the author attached, unmodifiable; the values are not to be changed either. */
    public SortedMap<String, JsonNode> metadata() {
        return metadata;
    }

    /** All nodes, sorted by path, unmodifiable. */
    public List<Node> nodes() {
        return nodes;
    }

    /** All manifests that arrays of this snapshot refer to, sorted by id, unmodifiable. */
    public List<ManifestFile> manifestFiles() {
        return manifestFiles;
    }

    /** The node at {@code path}; cost: one binary search. */
    public Optional<Node> find(NodePath path) {
        return search(nodes, Node::path, path);
    }

    /** The list entry of a manifest; cost: one binary search. */
    public Optional<ManifestFile> findManifestFile(ManifestId manifest) {
        return search(manifestFiles, ManifestFile::id, manifest);
    }

    /** The node at {@code path} and all below it, in the order of {@link #nodes()}. */
    public List<Node> subtree(NodePath path) {
        return nodes.stream()
                .filter(node -> node.path().equals(path) || path.isAncestorOf(node.path()))
                .toList();
    }

    private static <T, K extends Comparable<K>> Optional<T> search(List<T> sorted, Function<T, K> key, K wanted) {
        int low = 0;
        int high = sorted.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int order = key.apply(sorted.get(middle)).compareTo(wanted);
            if (order == 0) {
                return Optional.of(sorted.get(middle));
            }
            if (order < 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return Optional.empty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Snapshot that
                && id.equals(that.id)
                && parent.equals(that.parent)
                && flushedAt.equals(that.flushedAt)
                && message.equals(that.message)
                && metadata.equals(that.metadata)
                && nodes.equals(that.nodes)
                && manifestFiles.equals(that.manifestFiles);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, flushedAt, message);
    }

    @Override
    public String toString() {
        return "Snapshot " + id + " '" + message + "', " + nodes.size() + " nodes";
    }
}
