package io.icestream.engine.format;

/** Type codes of {@link FlexBuffers}. */
final class FlexType {
    static final int NULL = 0;
    static final int INT = 1;
    static final int UINT = 2;
    static final int FLOAT = 3;
    static final int KEY = 4;
    static final int STRING = 5;
    static final int INDIRECT_INT = 6;
    static final int INDIRECT_UINT = 7;
    static final int INDIRECT_FLOAT = 8;
    static final int MAP = 9;
    static final int VECTOR = 10;
    /** The first of the typed vectors: Int, UInt, Float, Key, String. */
    static final int VECTOR_INT = 11;

    static final int VECTOR_STRING = 15;
    /** The first of the vectors of fixed length: two, three, then four of Int, UInt, Float. */
    static final int VECTOR_INT2 = 16;

    static final int VECTOR_FLOAT4 = 24;
    static final int BLOB = 25;
    static final int BOOL = 26;
    static final int VECTOR_BOOL = 36;

    private FlexType() {}

    /** Whether values of this type stand in their slot rather than at a distance from it. */
    static boolean isInline(int type) {
        return type <= FLOAT || type == BOOL;
    }
}
