package io.icestream.engine.session;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkId;
import io.icestream.engine.format.ChunkReference;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where stored bytes are found again: for a range of a chunk object, or for bytes within a manifest, a range of another
 * chunk object that holds the same bytes. Cost: 37 to 75 bytes of memory per entry, and half as much again for a moment
 * when it grows. Adding is for one thread; after that, {@link #find} may be called from several.
 *
 * <p>An entry is about bytes, not about a chunk of an array. So it holds whatever others do to arrays meanwhile: a chunk
 * that is written anew, deleted or moved is found by its new reference, or not at all.
 *
 * <p>Open addressing with linear probing. Ids are random, so their own bits are the hash; bytes within manifests are known
 * by 96 bits of their SHA-256.
 */
public final class Relocations {
    private static final int INITIAL_CAPACITY = 256;
    private static final int INLINE = -1;

    private final List<ChunkId> objects = new ArrayList<>();
    private long[] highs = new long[INITIAL_CAPACITY];
    private int[] lows = new int[INITIAL_CAPACITY];
    private int[] offsets = new int[INITIAL_CAPACITY];
    private int[] lengths = new int[INITIAL_CAPACITY];
    /** One more than the place of the new object in the list; zero where a slot is free. */
    private int[] places = new int[INITIAL_CAPACITY];

    private int[] newOffsets = new int[INITIAL_CAPACITY];
    private int size;

    /** No entries. */
    public Relocations() {}

    /** What bytes are known by. */
    private record Name(long high, int low, int offset, int length) {}

    /**
     * Tells whether bytes can be relocated: those within the first 2 GiB of an object of the repository, and those within a
     * manifest.
     *
     * @param reference where they are
     * @return true if {@link #add} takes it
     */
    public static boolean isRelocatable(ChunkReference reference) {
        return reference instanceof ChunkReference.Inline
                || (reference instanceof ChunkReference.Native stored
                        && stored.offset() + stored.length() <= Integer.MAX_VALUE);
    }

    /**
     * Adds an entry, unless the bytes have one already.
     *
     * @param from where the bytes are
     * @param to where the same bytes are as well
     * @throws IllegalArgumentException if {@code from} cannot be relocated, or the lengths differ
     */
    public void add(ChunkReference from, ChunkReference.Native to) {
        if (!isRelocatable(from) || !isRelocatable(to) || from.length() != to.length()) {
            throw new IllegalArgumentException("Cannot relocate " + from + " to " + to);
        }
        if (4L * (size + 1) > 3L * places.length) {
            grow();
        }
        Name name = name(from).orElseThrow();
        int slot = slot(name.high(), name.low(), name.offset(), name.length());
        if (places[slot] == 0) {
            put(slot, name, place(to.id()), (int) to.offset());
            size++;
        }
    }

    /** Objects come in runs, as each is filled before the next. */
    private int place(ChunkId object) {
        if (objects.isEmpty() || !objects.get(objects.size() - 1).equals(object)) {
            objects.add(object);
        }
        return objects.size();
    }

    /**
     * @return number of entries
     */
    public int size() {
        return size;
    }

    /**
     * Looks bytes up.
     *
     * @param from where they are
     * @return where they are as well, or empty if there is no entry
     */
    public Optional<ChunkReference.Native> find(ChunkReference from) {
        if (size == 0) {
            return Optional.empty();
        }
        return name(from).flatMap(this::find);
    }

    private Optional<ChunkReference.Native> find(Name name) {
        int slot = slot(name.high(), name.low(), name.offset(), name.length());
        return places[slot] == 0
                ? Optional.empty()
                : Optional.of(
                        new ChunkReference.Native(objects.get(places[slot] - 1), newOffsets[slot], name.length()));
    }

    private static Optional<Name> name(ChunkReference reference) {
        if (!isRelocatable(reference)) {
            return Optional.empty();
        }
        return Optional.of(
                reference instanceof ChunkReference.Native stored
                        ? new Name(stored.id().high(), stored.id().low(), (int) stored.offset(), (int) stored.length())
                        : name(((ChunkReference.Inline) reference).bytes()));
    }

    private static Name name(Bytes content) {
        try {
            ByteBuffer digest =
                    ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(content.toByteArray()));
            return new Name(digest.getLong(), digest.getInt(), INLINE, content.size());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    private void grow() {
        Relocations larger = new Relocations();
        larger.allocate(Math.multiplyExact(2, places.length));
        for (int slot = 0; slot < places.length; slot++) {
            if (places[slot] != 0) {
                Name name = new Name(highs[slot], lows[slot], offsets[slot], lengths[slot]);
                int free = larger.slot(name.high(), name.low(), name.offset(), name.length());
                larger.put(free, name, places[slot], newOffsets[slot]);
            }
        }
        takeOver(larger);
    }

    private void allocate(int capacity) {
        highs = new long[capacity];
        lows = new int[capacity];
        offsets = new int[capacity];
        lengths = new int[capacity];
        places = new int[capacity];
        newOffsets = new int[capacity];
    }

    private void takeOver(Relocations other) {
        highs = other.highs;
        lows = other.lows;
        offsets = other.offsets;
        lengths = other.lengths;
        places = other.places;
        newOffsets = other.newOffsets;
    }

    private void put(int slot, Name name, int place, int newOffset) {
        highs[slot] = name.high();
        lows[slot] = name.low();
        offsets[slot] = name.offset();
        lengths[slot] = name.length();
        places[slot] = place;
        newOffsets[slot] = newOffset;
    }

    /** Where bytes are, or the free slot where they would be. */
    private int slot(long high, int low, int offset, int length) {
        int mask = places.length - 1;
        int slot = ((int) (high >>> 32) ^ low ^ (offset * 0x9E3779B9)) & mask;
        while (places[slot] != 0
                && (highs[slot] != high || lows[slot] != low || offsets[slot] != offset || lengths[slot] != length)) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }
}
