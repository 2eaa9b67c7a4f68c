package io.icestream.ingest.slice;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.slice.PackedColumn.Shape;

/** Writes ranges of rows as blocks. */
final class BlockEncoder {

    private final byte[] incarnation;
    private final byte[] group;
    private final int variables;
    private final Shape[] shapes;
    private final int[] kinds;

    BlockEncoder(String incarnation, String group, int variables) {
        this.incarnation = text("incarnation", incarnation);
        this.group = text("array group", group);
        this.variables = variables;
        this.shapes = new Shape[variables];
        this.kinds = new int[variables];
        if (variables > 0xFFFF) {
            throw new IllegalArgumentException("Cannot write blocks of " + variables + " variables: at most 65535");
        }
    }

    static byte[] text(String name, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (bytes.length > 0xFFFF) {
            throw new IllegalArgumentException(
                    "Cannot write blocks: the " + name + " has " + bytes.length + " bytes, more than 65535");
        }
        return bytes;
    }

    /** {@return how many rows fit into a block whatever they hold, at least 1} */
    int rowsPerBlock(byte[] topic) {
        long head = Block.FIXED_BYTES + 6L + incarnation.length + group.length + topic.length + 36;
        long perVariable = 11;
        long room = Block.MAX_SIZE_BYTES - head - perVariable * variables;
        double rowBytes = 24 + 8.125 * variables;
        return (int) Math.max(1, Math.min(Block.MAX_ROWS, room / rowBytes));
    }

    byte[] encode(RowColumns columns, byte[] topic, int partition, int from, int to) {
        int rows = to - from;
        Shape slots = Shape.of(columns.slots(), from, to);
        Shape stations = Shape.of(columns.stations(), from, to);
        Shape versions = Shape.of(columns.versions(), from, to);
        Shape offsets = Shape.of(columns.offsets(), from, to);
        int size = Block.FIXED_BYTES + 6 + incarnation.length + group.length + topic.length;
        size += slots.sizeBytes(rows) + stations.sizeBytes(rows) + versions.sizeBytes(rows) + offsets.sizeBytes(rows);
        size += planVariables(columns, from, to);

        byte[] block = new byte[size];
        int at = encodeHead(columns, topic, partition, from, to, block);
        at = slots.encode(columns.slots(), from, to, block, at);
        at = stations.encode(columns.stations(), from, to, block, at);
        at = versions.encode(columns.versions(), from, to, block, at);
        at = offsets.encode(columns.offsets(), from, to, block, at);
        encodeVariables(columns, from, to, block, at);
        return block;
    }

    private int planVariables(RowColumns columns, int from, int to) {
        int size = 0;
        for (int variable = 0; variable < variables; variable++) {
            kinds[variable] = columns.presenceKind(variable, from, to);
            shapes[variable] = Shape.of(columns.values(variable), from, to);
            size += Presence.sizeBytes(kinds[variable], to - from);
            size += kinds[variable] == Presence.NONE ? 0 : shapes[variable].sizeBytes(to - from);
        }
        return size;
    }

    private int encodeHead(RowColumns columns, byte[] topic, int partition, int from, int to, byte[] block) {
        long least = Long.MAX_VALUE;
        long greatest = Long.MIN_VALUE;
        for (int row = from; row < to; row++) {
            least = Math.min(least, columns.offsets()[row]);
            greatest = Math.max(greatest, columns.offsets()[row]);
        }
        LittleEndian.putInt(block, 0, Block.MAGIC);
        block[4] = Block.LAYOUT;
        LittleEndian.putInt(block, 5, to - from);
        LittleEndian.putLong(block, 9, least);
        LittleEndian.putLong(block, 17, greatest);
        LittleEndian.putLong(block, 25, columns.chunk().time());
        LittleEndian.putInt(block, 33, columns.chunk().station());
        LittleEndian.putLong(block, 37, columns.window());
        LittleEndian.putInt(block, 45, partition);
        LittleEndian.putShort(block, 49, variables);
        int at = encodeText(incarnation, block, Block.FIXED_BYTES);
        at = encodeText(group, block, at);
        return encodeText(topic, block, at);
    }

    private static int encodeText(byte[] text, byte[] block, int position) {
        LittleEndian.putShort(block, position, text.length);
        System.arraycopy(text, 0, block, position + 2, text.length);
        return position + 2 + text.length;
    }

    private void encodeVariables(RowColumns columns, int from, int to, byte[] block, int position) {
        int at = position;
        for (int variable = 0; variable < variables; variable++) {
            block[at++] = (byte) kinds[variable];
            if (kinds[variable] == Presence.SOME) {
                at = encodeBitmap(columns, variable, from, to, block, at);
            }
            if (kinds[variable] != Presence.NONE) {
                at = shapes[variable].encode(columns.values(variable), from, to, block, at);
            }
        }
    }

    private static int encodeBitmap(RowColumns columns, int variable, int from, int to, byte[] block, int position) {
        for (int row = from; row < to; row++) {
            if (columns.isPresent(variable, row)) {
                int bit = row - from;
                block[position + (bit >>> 3)] |= (byte) (1 << (bit & 7));
            }
        }
        return position + Presence.bitmapBytes(to - from);
    }
}
