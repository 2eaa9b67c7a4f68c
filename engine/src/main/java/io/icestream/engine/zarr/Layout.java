package io.icestream.engine.zarr;

import java.lang.reflect.Array;
import java.util.Arrays;

/** The kinds of Java arrays that elements are held in. */
enum Layout {
    BYTES(byte[].class),
    SHORTS(short[].class),
    INTS(int[].class),
    LONGS(long[].class),
    FLOATS(float[].class),
    DOUBLES(double[].class),
    STRINGS(String[].class),
    BYTE_STRINGS(byte[][].class);

    private static final byte[] NO_BYTES = {};

    private final Class<?> arrayClass;

    Layout(Class<?> arrayClass) {
        this.arrayClass = arrayClass;
    }

    /** A new array of zeros, empty texts or empty byte strings. */
    Object allocate(int length) {
        Object elements = Array.newInstance(arrayClass.getComponentType(), length);
        if (elements instanceof String[] strings) {
            Arrays.fill(strings, "");
        } else if (elements instanceof byte[][] byteStrings) {
            Arrays.fill(byteStrings, NO_BYTES);
        }
        return elements;
    }

    /** Length of the array if it is of this kind, else -1. */
    int length(Object elements) {
        return arrayClass.isInstance(elements) ? Array.getLength(elements) : -1;
    }
}
