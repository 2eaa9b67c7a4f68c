package io.icestream.engine.format;

import java.util.Optional;

/**
 * Absolute path of a node: {@code /} for the root, else {@code /name/name}. The order is that of the UTF-8 bytes of the
 * whole path, so {@code /a} comes before {@code /a-b} and that before {@code /a/b}; a node comes before all below it.
 */
public final class NodePath implements Comparable<NodePath> {
    /** The root group. */
    public static final NodePath ROOT = new NodePath("/");

    private final String path;

    private NodePath(String path) {
        this.path = path;
    }

    /**
     * Reads a path in its normal form.
     *
     * @throws IllegalArgumentException if it does not begin with {@code /}, ends with one (other than the root), has an
     *     empty segment, a segment {@code .} or {@code ..}, or is not valid Unicode
     */
    public static NodePath of(String path) {
        if (path.equals("/")) {
            return ROOT;
        }
        if (!path.startsWith("/")) {
            throw new IllegalArgumentException("Invalid path '" + path + "': it does not begin with '/'");
        }
        for (String segment : path.substring(1).split("/", -1)) {
            checkSegment(path, segment);
        }
        return new NodePath(path);
    }

    /** Takes a path as it stands in a file, in normal form or not; other implementations write what they were given. */
    public static NodePath ofStored(String path) {
        return path.equals("/") ? ROOT : new NodePath(path);
    }

    private static void checkSegment(String path, String segment) {
        if (segment.isEmpty() || segment.equals(".") || segment.equals("..")) {
            throw new IllegalArgumentException("Invalid path '" + path + "': '" + segment + "' is not a name");
        }
        if (segment.codePoints()
                .anyMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE))) {
            throw new IllegalArgumentException("Invalid path '" + path + "': it has a NUL or half a surrogate pair");
        }
    }

    /**
     * The path of something below this node.
     *
     * @param relative one name or several with {@code /} between them
     * @throws IllegalArgumentException as {@link #of} says
     */
    public NodePath resolve(String relative) {
        return of(isRoot() ? "/" + relative : path + "/" + relative);
    }

    /** The group that holds this node, or empty for the root. */
    public Optional<NodePath> parent() {
        if (isRoot()) {
            return Optional.empty();
        }
        int cut = path.lastIndexOf('/');
        return Optional.of(cut <= 0 ? ROOT : new NodePath(path.substring(0, cut)));
    }

    /** The last segment; empty for the root. */
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Whether this is the root. */
    public boolean isRoot() {
        return path.equals("/");
    }

    /** Whether {@code other} lies below this node; no node is its own ancestor. */
    public boolean isAncestorOf(NodePath other) {
        if (isRoot()) {
            return !other.isRoot();
        }
        return other.path.length() > path.length() + 1
                && other.path.startsWith(path)
                && other.path.charAt(path.length()) == '/';
    }

    @Override
    public int compareTo(NodePath other) {
        return Utf8Order.compare(path, other.path);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NodePath node && path.equals(node.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }

    /** The path. */
    @Override
    public String toString() {
        return path;
    }
}
