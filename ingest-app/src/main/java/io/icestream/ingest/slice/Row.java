package io.icestream.ingest.slice;

import java.util.Arrays;

/**
 * One observation on its way into a block: where it goes, which version it is, and the values that it has.
 *
 * <p>A scratch object that its owner fills again for every record, so that no object is made per observation. Not thread-safe.
 */
public final class Row {

    private long slot;
    private int station;
    private long version;
    private long offset;
    private final long[] bits;
    private final boolean[] present;

    /**
     * Makes an empty row.
     *
     * @param variables number of variables of the data set
     */
    public Row(int variables) {
        this.bits = new long[variables];
        this.present = new boolean[variables];
    }

    /** Takes all values away; the place stays. */
    public void clear() {
        Arrays.fill(present, false);
    }

    /**
     * Says where the row belongs.
     *
     * @param slot index on the time axis
     * @param station index on the station axis
     */
    public void place(long slot, int station) {
        this.slot = slot;
        this.station = station;
    }

    /**
     * Says which version of its cell the row is.
     *
     * @param version greater is newer
     * @param offset offset of the record in its partition; breaks ties within the partition
     */
    public void order(long version, long offset) {
        this.version = version;
        this.offset = offset;
    }

    /**
     * Sets a value.
     *
     * @param variable index of the variable
     * @param valueBits its bits, as {@link Block#bits} describes them
     */
    public void set(int variable, long valueBits) {
        bits[variable] = valueBits;
        present[variable] = true;
    }

    /**
     * Takes a value away.
     *
     * @param variable index of the variable
     */
    public void unset(int variable) {
        present[variable] = false;
    }

    /**
     * Tells whether a variable has a value.
     *
     * @param variable index of the variable
     * @return whether the row has a value
     */
    public boolean isPresent(int variable) {
        return present[variable];
    }

    /**
     * Finds the value of a variable.
     *
     * @param variable index of the variable
     * @return the bits of a value that is present
     */
    public long bits(int variable) {
        return bits[variable];
    }

    /** {@return number of variables of the data set} */
    public int variables() {
        return bits.length;
    }

    /** {@return index on the time axis} */
    public long slot() {
        return slot;
    }

    /** {@return index on the station axis} */
    public int station() {
        return station;
    }

    /** {@return version; greater is newer} */
    public long version() {
        return version;
    }

    /** {@return offset of the record in its partition} */
    public long offset() {
        return offset;
    }
}
