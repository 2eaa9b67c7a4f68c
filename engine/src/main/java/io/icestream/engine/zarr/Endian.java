package io.icestream.engine.zarr;

import java.nio.ByteOrder;
import java.util.Locale;

/** Order of the bytes of a number in a stored chunk. */
public enum Endian {
    /** Least significant byte first. */
    LITTLE(ByteOrder.LITTLE_ENDIAN),
    /** Most significant byte first. */
    BIG(ByteOrder.BIG_ENDIAN);

    private final ByteOrder byteOrder;

    Endian(ByteOrder byteOrder) {
        this.byteOrder = byteOrder;
    }

    ByteOrder byteOrder() {
        return byteOrder;
    }

    /** The name in Zarr metadata: {@code little} or {@code big}. */
    public String zarrName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
