package io.icestream.engine.maintenance;

/**
 * One of several equal parts into which ids are divided by their bits, so that a part fits into memory.
 *
 * @param number which part, from zero
 * @param count how many parts, a power of two
 */
record Partition(int number, int count) {
    static final Partition WHOLE = new Partition(0, 1);

    boolean contains(long high) {
        return (high & (count - 1)) == number;
    }

    Partition halved() {
        return new Partition(number, 2 * count);
    }

    Partition next() {
        return new Partition(number + 1, count);
    }

    boolean isLast() {
        return number == count - 1;
    }
}
