package io.icestream.engine.store;

import io.icestream.engine.format.ChunkIndex;
import io.icestream.engine.format.NodePath;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/**
 * What a key of a Zarr store names: the metadata document of a node ({@code g/a/zarr.json}), a chunk ({@code g/a/c/0/1}), or a
 * document of Zarr format 2, of which there are none here. One {@code /} in front is passed over. Paths are taken as they stand, since
 * other implementations write nodes under paths that are not in normal form.
 */
sealed interface StoreKey {
    /** Name of a metadata document. */
    String DOCUMENT = "zarr.json";

    /** First segment of the key of a chunk below its array. */
    String CHUNKS = "c";

    Set<String> FORMAT_2 = Set.of(".zarray", ".zgroup", ".zattrs", ".zmetadata");

    /** The metadata document of a node. */
    record Document(NodePath node) implements StoreKey {}

    /** A chunk; there need not be such an array, nor need it have so many dimensions. */
    record Chunk(NodePath array, ChunkIndex index) implements StoreKey {}

    /** A document of Zarr format 2. */
    record Format2(String key) implements StoreKey {}

    /** Reads a key, or fails if it can name nothing. */
    static StoreKey parse(String key) {
        String plain = withoutSlash(key);
        int cut = plain.lastIndexOf('/');
        String name = plain.substring(cut + 1);
        if (name.equals(DOCUMENT)) {
            return new Document(path(plain.substring(0, Math.max(cut, 0))));
        }
        if (FORMAT_2.contains(name)) {
            return new Format2(key);
        }
        return findChunk(plain)
                .orElseThrow(() -> new IllegalArgumentException("Invalid key '" + key
                        + "': a key is a path with zarr.json, or with c and the indices of a chunk below"));
    }

    /** Reads the key of a chunk, or the beginning of such keys, without a slash in front or at the end. */
    static Optional<Chunk> findChunk(String plain) {
        String[] segments = plain.split("/", -1);
        int first = segments.length;
        while (first > 0 && isIndex(segments[first - 1])) {
            first--;
        }
        if (first == 0 || !segments[first - 1].equals(CHUNKS)) {
            return Optional.empty();
        }
        long[] index = new long[segments.length - first];
        for (int i = 0; i < index.length; i++) {
            index[i] = Long.parseLong(segments[first + i]);
        }
        String array = String.join("/", Arrays.copyOf(segments, first - 1));
        return Optional.of(new Chunk(path(array), ChunkIndex.of(index)));
    }

    /** Whether a segment is one entry of a chunk index as chunk keys have it, from 0 to 2^32 - 1 without leading zeros. */
    private static boolean isIndex(String segment) {
        boolean number = !segment.isEmpty()
                && segment.length() <= 10
                && segment.chars().allMatch(c -> c >= '0' && c <= '9')
                && (segment.length() == 1 || segment.charAt(0) != '0');
        return number && Long.parseLong(segment) <= 0xFFFF_FFFFL;
    }

    /** A prefix of keys without the slashes around it. */
    static String directory(String prefix) {
        String plain = withoutSlash(prefix);
        return plain.endsWith("/") ? plain.substring(0, plain.length() - 1) : plain;
    }

    /** The node that a prefix without slashes around it would be. */
    static NodePath path(String plain) {
        return plain.isEmpty() ? NodePath.ROOT : NodePath.ofStored("/" + plain);
    }

    /** The key of something in a node's directory. */
    static String below(NodePath node, String name) {
        return node.isRoot() ? name : node.toString().substring(1) + "/" + name;
    }

    private static String withoutSlash(String text) {
        return text.startsWith("/") ? text.substring(1) : text;
    }
}
