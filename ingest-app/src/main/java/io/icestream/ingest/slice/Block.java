package io.icestream.ingest.slice;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.protocol.ChunkKey;
import io.icestream.ingest.protocol.SourcePartition;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/**
 * Rows of one chunk, window and source partition as columns: the unit that travels on the {@code slots} topic and lies in the
 * assembler's store.
 *
 * <p>Layout, all numbers little endian:
 *
 * <pre>
 *  0   4  magic "ISBK"
 *  4   1  layout version, 1
 *  5   4  rows, 1 to 65,536
 *  9   8  smallest offset of a row
 * 17   8  greatest offset of a row
 * 25   8  index of the chunk along time
 * 33   4  index of the chunk along the stations
 * 37   8  window
 * 45   4  number of the source partition
 * 49   2  variables
 * 51      incarnation, array group, source topic: each 2 bytes of length and UTF-8
 *         columns of slots (within the chunk), stations (on the axis), versions and offsets: {@link PackedColumn}
 *         for each variable its presence ({@link Presence}) and, unless no row has it, a column of bits
 * </pre>
 *
 * <p>An instance is a view of the encoded bytes: nothing is unpacked until it is asked for. Immutable and thread-safe as long as nobody
 * writes to the bytes.
 */
public final class Block {

    /** Most bytes that an encoded block takes: it must fit into a record of a broker with default settings. */
    public static final int MAX_SIZE_BYTES = 900_000;

    /** Most rows of a block. */
    public static final int MAX_ROWS = 65_536;

    static final int MAGIC = 0x4B425349;
    static final int LAYOUT = 1;
    static final int FIXED_BYTES = 51;

    private final byte[] bytes;
    private final Header header;
    private final PackedColumn slots;
    private final PackedColumn stations;
    private final PackedColumn versions;
    private final PackedColumn offsets;
    private final Presence[] presence;
    private final PackedColumn[] values;

    private Block(byte[] bytes, Header header, int position) {
        this.bytes = bytes;
        this.header = header;
        int rows = header.rows();
        this.slots = PackedColumn.decode(bytes, position, rows);
        this.stations = PackedColumn.decode(bytes, slots.end(), rows);
        this.versions = PackedColumn.decode(bytes, stations.end(), rows);
        this.offsets = PackedColumn.decode(bytes, versions.end(), rows);
        this.presence = new Presence[header.variables()];
        this.values = new PackedColumn[header.variables()];
        decodeVariables(offsets.end(), rows);
        checkPlaces(position);
    }

    private void decodeVariables(int position, int rows) {
        int at = position;
        for (int variable = 0; variable < presence.length; variable++) {
            presence[variable] = Presence.decode(bytes, at, rows);
            at = presence[variable].end();
            if (!presence[variable].isNone()) {
                values[variable] = PackedColumn.decode(bytes, at, rows);
                at = values[variable].end();
            }
        }
        if (at != bytes.length) {
            throw new CorruptBlockException(at, "the block ends here, the bytes at " + bytes.length);
        }
    }

    private void checkPlaces(int position) {
        if (!slots.isWithin(0, Integer.MAX_VALUE) || !stations.isWithin(0, Integer.MAX_VALUE)) {
            throw new CorruptBlockException(position, "a slot or station is negative or beyond 2147483647");
        }
        if (!offsets.isWithin(header.minOffset(), header.maxOffset())) {
            throw new CorruptBlockException(position, "an offset lies outside the range of the header");
        }
    }

    /**
     * Reads a block.
     *
     * <p>Cost: no copy; one pass over slots, stations and offsets to check them.
     *
     * @param bytes the encoded block; must not be written to afterwards
     * @return the block
     * @throws CorruptBlockException if the bytes are no block of the layout that this code reads
     */
    public static Block decode(byte[] bytes) {
        HeaderReader reader = new HeaderReader(bytes);
        Header header = reader.read();
        return new Block(bytes, header, reader.position());
    }

    /**
     * Reads a block from a buffer.
     *
     * @param bytes the encoded block, from position to limit; copied
     * @return the block
     * @throws CorruptBlockException if the bytes are no block of the layout that this code reads
     */
    public static Block decode(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return decode(copy);
    }

    /** {@return what can be known without the columns} */
    public Header header() {
        return header;
    }

    /** {@return the incarnation of the ingest that wrote it} */
    public String incarnation() {
        return header.incarnation();
    }

    /** {@return the chunk that all rows belong to} */
    public ChunkKey chunk() {
        return header.chunk();
    }

    /** {@return the window that all rows belong to} */
    public long window() {
        return header.window();
    }

    /** {@return the partition that all rows were read from} */
    public SourcePartition source() {
        return header.source();
    }

    /** {@return number of rows, at least 1} */
    public int rows() {
        return header.rows();
    }

    /** {@return number of variables} */
    public int variables() {
        return presence.length;
    }

    /** {@return smallest offset of a row} */
    public long minOffset() {
        return header.minOffset();
    }

    /** {@return greatest offset of a row} */
    public long maxOffset() {
        return header.maxOffset();
    }

    /**
     * Finds the slot of a row.
     *
     * @param row index of the row
     * @return slot, counted from the first one of the chunk
     */
    public int slotInChunk(int row) {
        return (int) slots.at(row);
    }

    /**
     * Finds the station of a row.
     *
     * @param row index of the row
     * @return index of the station on the axis
     */
    public int station(int row) {
        return (int) stations.at(row);
    }

    /**
     * Finds the version of a row.
     *
     * @param row index of the row
     * @return version of the row; greater is newer
     */
    public long version(int row) {
        return versions.at(row);
    }

    /**
     * Finds where a row comes from.
     *
     * @param row index of the row
     * @return offset of the record in the source partition
     */
    public long offset(int row) {
        return offsets.at(row);
    }

    /**
     * Tells whether a row has a value; a null or absent one says nothing.
     *
     * @param variable index of the variable
     * @param row index of the row
     * @return whether it has
     */
    public boolean isPresent(int variable, int row) {
        return presence[variable].at(row);
    }

    /**
     * Finds the bits of a value.
     *
     * @param variable index of the variable
     * @param row index of the row
     * @return for float64 {@link Double#doubleToRawLongBits}, for float32 {@link Float#floatToRawIntBits}, else the integer itself;
     *     without meaning if the value is not present
     */
    public long bits(int variable, int row) {
        PackedColumn column = values[variable];
        return column == null ? 0 : column.at(row);
    }

    /** {@return the encoded block, not copied: must not be written to} */
    public byte[] encoded() {
        return bytes;
    }

    /** {@return whether every row has a value of every variable} */
    boolean isFull() {
        for (Presence each : presence) {
            if (!each.isAll()) {
                return false;
            }
        }
        return true;
    }

    Presence presence(int variable) {
        return presence[variable];
    }

    void copySlots(long[] target) {
        slots.copyTo(target);
    }

    void copyStations(long[] target) {
        stations.copyTo(target);
    }

    void copyVersions(long[] target) {
        versions.copyTo(target);
    }

    void copyOffsets(long[] target) {
        offsets.copyTo(target);
    }

    void copyValues(int variable, long[] target) {
        PackedColumn column = values[variable];
        if (column != null) {
            column.copyTo(target);
        }
    }

    /**
     * What can be known of a block without its columns.
     *
     * @param incarnation the incarnation of the ingest that wrote it
     * @param chunk the chunk that all rows belong to
     * @param window the window that all rows belong to
     * @param source the partition that all rows were read from
     * @param rows number of rows
     * @param minOffset smallest offset of a row
     * @param maxOffset greatest offset of a row
     * @param variables number of variables
     */
    public record Header(
            String incarnation,
            ChunkKey chunk,
            long window,
            SourcePartition source,
            int rows,
            long minOffset,
            long maxOffset,
            int variables) {

        /**
         * Reads the head of an encoded block; the columns are not looked at.
         *
         * @param bytes the encoded block
         * @return its header
         * @throws CorruptBlockException if the bytes do not begin like a block of the layout that this code reads
         */
        public static Header peek(byte[] bytes) {
            return new HeaderReader(bytes).read();
        }
    }

    /** Reads the head of a block and remembers where it ends. */
    private static final class HeaderReader {

        private final byte[] bytes;
        private int position = FIXED_BYTES;

        HeaderReader(byte[] bytes) {
            this.bytes = bytes;
        }

        Header read() {
            checkPreamble();
            int rows = within("rows", 5, LittleEndian.intAt(bytes, 5), 1, MAX_ROWS);
            long minOffset = natural("smallest offset", 9, LittleEndian.longAt(bytes, 9));
            long maxOffset = LittleEndian.longAt(bytes, 17);
            long time = natural("chunk", 25, LittleEndian.longAt(bytes, 25));
            int station = within("chunk", 33, LittleEndian.intAt(bytes, 33), 0, Integer.MAX_VALUE);
            long window = natural("window", 37, LittleEndian.longAt(bytes, 37));
            int partition = within("partition", 45, LittleEndian.intAt(bytes, 45), 0, Integer.MAX_VALUE);
            int variables = LittleEndian.shortAt(bytes, 49);
            if (maxOffset < minOffset) {
                throw new CorruptBlockException(17, "offsets from " + minOffset + " to " + maxOffset);
            }
            String incarnation = text("incarnation");
            ChunkKey chunk = new ChunkKey(text("array group"), time, station);
            SourcePartition source = new SourcePartition(text("topic"), partition);
            return new Header(incarnation, chunk, window, source, rows, minOffset, maxOffset, variables);
        }

        int position() {
            return position;
        }

        private void checkPreamble() {
            if (bytes.length < FIXED_BYTES) {
                throw new CorruptBlockException(
                        bytes.length, "at least " + FIXED_BYTES + " bytes were expected, not " + bytes.length);
            }
            if (LittleEndian.intAt(bytes, 0) != MAGIC) {
                throw new CorruptBlockException(0, "the mark of a block is missing");
            }
            if (bytes[4] != LAYOUT) {
                throw new CorruptBlockException(4, "layout " + LAYOUT + " was expected, not " + bytes[4]);
            }
        }

        private static int within(String name, int position, int value, int least, int greatest) {
            if (value < least || value > greatest) {
                throw new CorruptBlockException(
                        position, name + " from " + least + " to " + greatest + " was expected, not " + value);
            }
            return value;
        }

        private static long natural(String name, int position, long value) {
            if (value < 0) {
                throw new CorruptBlockException(position, name + " must not be negative: " + value);
            }
            return value;
        }

        private String text(String name) {
            int begin = position + 2;
            if (begin > bytes.length || begin + LittleEndian.shortAt(bytes, position) > bytes.length) {
                throw new CorruptBlockException(position, name + " ends after the block, at byte " + bytes.length);
            }
            int length = LittleEndian.shortAt(bytes, position);
            position = begin + length;
            try {
                return UTF_8.newDecoder()
                        .decode(ByteBuffer.wrap(bytes, begin, length))
                        .toString();
            } catch (CharacterCodingException e) {
                throw new CorruptBlockException(begin, name + " is no UTF-8: " + e.getMessage());
            }
        }
    }
}
