package io.icestream.ingest.slice;

import io.icestream.engine.zarr.DataType;
import io.icestream.engine.zarr.NdArray;
import io.icestream.ingest.config.VariableSettings;

/** The cells of one variable in one chunk; nothing is held until the first value comes. */
final class VariableCells {

    private static final long[] NO_VALUES = {};

    private final VariableSettings settings;
    private final int size;
    private long[] bits;
    private long[] present;

    VariableCells(VariableSettings settings, int size) {
        this(settings, size, NO_VALUES, NO_VALUES);
    }

    private VariableCells(VariableSettings settings, int size, long[] bits, long[] present) {
        this.settings = settings;
        this.size = size;
        this.bits = bits;
        this.present = present;
    }

    void put(int cell, long valueBits) {
        if (bits.length == 0) {
            bits = new long[size];
            present = new long[(size + 63) >>> 6];
        }
        bits[cell] = valueBits;
        present[cell >>> 6] |= 1L << cell;
    }

    boolean isPresent(int cell) {
        return present.length > 0 && (present[cell >>> 6] >>> cell & 1) != 0;
    }

    boolean hasData() {
        return bits.length > 0;
    }

    long sizeBytes() {
        return 8L * (bits.length + present.length);
    }

    VariableCells copy() {
        return new VariableCells(settings, size, bits.clone(), present.clone());
    }

    NdArray values(int slots, int stations) {
        return NdArray.of(dataType(), elements(), slots, stations);
    }

    private DataType dataType() {
        return switch (settings.type()) {
            case INT8 -> DataType.INT8;
            case INT16 -> DataType.INT16;
            case INT32 -> DataType.INT32;
            case INT64 -> DataType.INT64;
            case UINT8 -> DataType.UINT8;
            case UINT16 -> DataType.UINT16;
            case UINT32 -> DataType.UINT32;
            case FLOAT32 -> DataType.FLOAT32;
            case FLOAT64 -> DataType.FLOAT64;
        };
    }

    private Object elements() {
        return switch (settings.type()) {
            case INT8, UINT8 -> bytes();
            case INT16, UINT16 -> shorts();
            case INT32, UINT32 -> ints();
            case INT64 -> longs();
            case FLOAT32 -> floats();
            case FLOAT64 -> doubles();
        };
    }

    private byte[] bytes() {
        byte[] cells = new byte[size];
        byte fill = settings.fillValue().byteValue();
        for (int cell = 0; cell < size; cell++) {
            cells[cell] = isPresent(cell) ? (byte) bits[cell] : fill;
        }
        return cells;
    }

    private short[] shorts() {
        short[] cells = new short[size];
        short fill = settings.fillValue().shortValue();
        for (int cell = 0; cell < size; cell++) {
            cells[cell] = isPresent(cell) ? (short) bits[cell] : fill;
        }
        return cells;
    }

    private int[] ints() {
        int[] cells = new int[size];
        int fill = settings.fillValue().intValue();
        for (int cell = 0; cell < size; cell++) {
            cells[cell] = isPresent(cell) ? (int) bits[cell] : fill;
        }
        return cells;
    }

    private long[] longs() {
        long[] cells = new long[size];
        long fill = settings.fillValue().longValue();
        for (int cell = 0; cell < size; cell++) {
            cells[cell] = isPresent(cell) ? bits[cell] : fill;
        }
        return cells;
    }

    private float[] floats() {
        float[] cells = new float[size];
        float fill = settings.fillValue().floatValue();
        for (int cell = 0; cell < size; cell++) {
            cells[cell] = isPresent(cell) ? Float.intBitsToFloat((int) bits[cell]) : fill;
        }
        return cells;
    }

    private double[] doubles() {
        double[] cells = new double[size];
        double fill = settings.fillValue().doubleValue();
        for (int cell = 0; cell < size; cell++) {
            cells[cell] = isPresent(cell) ? Double.longBitsToDouble(bits[cell]) : fill;
        }
        return cells;
    }
}
