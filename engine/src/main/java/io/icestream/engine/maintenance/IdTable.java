package io.icestream.engine.maintenance;

/**
 * A set of 96-bit ids, each with a number and a mark, in flat arrays. Cost: 28 to 56 bytes of memory per id, and half as
 * much again for a moment when it grows. Adding is for one thread; after that, {@link #mark} and {@link #find} may be
 * called from several threads, and marks are visible to who waited for these.
 *
 * <p>Open addressing with linear probing. Ids are random, so their own bits are the hash.
 */
final class IdTable {
    private static final int INITIAL_CAPACITY = 1024;
    private static final int ABSENT = -1;
    private static final byte USED = 1;
    private static final byte MARKED = 2;

    private long[] highs = new long[INITIAL_CAPACITY];
    private int[] lows = new int[INITIAL_CAPACITY];
    private long[] numbers = new long[INITIAL_CAPACITY];
    private byte[] states = new byte[INITIAL_CAPACITY];
    private int size;

    /** What to do with an id and its number. */
    @FunctionalInterface
    interface Visitor {
        void visit(long high, int low, long number);
    }

    int size() {
        return size;
    }

    /** Adds an id unless it is there; says whether it was added. */
    boolean add(long high, int low, long number) {
        if (4L * (size + 1) > 3L * states.length) {
            grow();
        }
        int slot = slot(high, low);
        if (states[slot] != 0) {
            return false;
        }
        put(slot, high, low, number, USED);
        size++;
        return true;
    }

    /** Adds an id, or makes its number larger. */
    void raise(long high, int low, long number) {
        if (!add(high, low, number)) {
            int slot = slot(high, low);
            numbers[slot] = Math.max(numbers[slot], number);
        }
    }

    /** Adds to the number of an id, which is zero if it is not here; the sum. */
    long increase(long high, int low, long by) {
        add(high, low, 0);
        int slot = slot(high, low);
        numbers[slot] += by;
        return numbers[slot];
    }

    boolean contains(long high, int low) {
        return states[slot(high, low)] != 0;
    }

    /** The number of an id, or -1 if it is not here. */
    long find(long high, int low) {
        int slot = slot(high, low);
        return states[slot] == 0 ? ABSENT : numbers[slot];
    }

    /** Marks an id if it is here. */
    void mark(long high, int low) {
        int slot = slot(high, low);
        if (states[slot] == USED) {
            states[slot] = MARKED;
        }
    }

    /** Takes the mark of an id away, if it has one. */
    void unmark(long high, int low) {
        int slot = slot(high, low);
        if (states[slot] == MARKED) {
            states[slot] = USED;
        }
    }

    void forEachUnmarked(Visitor visitor) {
        forEach(USED, visitor);
    }

    void forEachMarked(Visitor visitor) {
        forEach(MARKED, visitor);
    }

    private void forEach(byte state, Visitor visitor) {
        for (int slot = 0; slot < states.length; slot++) {
            if (states[slot] == state) {
                visitor.visit(highs[slot], lows[slot], numbers[slot]);
            }
        }
    }

    /** Forgets the ids that are not of a partition. */
    void retain(Partition partition) {
        IdTable retained = new IdTable();
        for (int slot = 0; slot < states.length; slot++) {
            if (states[slot] != 0 && partition.contains(highs[slot])) {
                retained.add(highs[slot], lows[slot], numbers[slot]);
                if (states[slot] == MARKED) {
                    retained.mark(highs[slot], lows[slot]);
                }
            }
        }
        takeOver(retained);
    }

    private void takeOver(IdTable other) {
        highs = other.highs;
        lows = other.lows;
        numbers = other.numbers;
        states = other.states;
        size = other.size;
    }

    private void grow() {
        long[] oldHighs = highs;
        int[] oldLows = lows;
        long[] oldNumbers = numbers;
        byte[] oldStates = states;
        int capacity = Math.multiplyExact(2, oldStates.length);
        highs = new long[capacity];
        lows = new int[capacity];
        numbers = new long[capacity];
        states = new byte[capacity];
        for (int i = 0; i < oldStates.length; i++) {
            if (oldStates[i] != 0) {
                put(slot(oldHighs[i], oldLows[i]), oldHighs[i], oldLows[i], oldNumbers[i], oldStates[i]);
            }
        }
    }

    private void put(int slot, long high, int low, long number, byte state) {
        highs[slot] = high;
        lows[slot] = low;
        numbers[slot] = number;
        states[slot] = state;
    }

    /** To tell apart what has one id: every bit of both numbers changes about half of the bits. */
    static long mixed(long offset, long length) {
        long mixed = offset * 0x9E3779B97F4A7C15L + length * 0xC2B2AE3D27D4EB4FL;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }

    /** Where an id is, or the free slot where it would be. */
    private int slot(long high, int low) {
        int slot = (int) ((high >>> 32) ^ low) & (states.length - 1);
        while (states[slot] != 0 && (highs[slot] != high || lows[slot] != low)) {
            slot = (slot + 1) & (states.length - 1);
        }
        return slot;
    }
}
