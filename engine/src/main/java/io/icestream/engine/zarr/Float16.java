package io.icestream.engine.zarr;

/** IEEE 754 half precision in the 16 bits of a short; Java 17 has no type for it. */
final class Float16 {
    /** The NaN that Zarr calls {@code "NaN"}: positive, quiet, no payload. */
    static final short NAN = 0x7e00;

    private Float16() {}

    static boolean isNaN(short bits) {
        return (bits & 0x7fff) > 0x7c00;
    }

    /** Exact, but for the payload of a NaN. */
    static double toDouble(short bits) {
        int exponent = (bits >>> 10) & 0x1f;
        int mantissa = bits & 0x3ff;
        double magnitude;
        if (exponent == 0x1f) {
            magnitude = mantissa == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb((double) mantissa, -24);
        } else {
            magnitude = Math.scalb((double) (mantissa | 0x400), exponent - 25);
        }
        return bits < 0 ? -magnitude : magnitude;
    }

    /** The nearest value, ties to even; beyond the range infinity; every NaN as {@link #NAN}. */
    static short ofDouble(double value) {
        if (Double.isNaN(value)) {
            return NAN;
        }
        int sign = Double.doubleToRawLongBits(value) < 0 ? 0x8000 : 0;
        double magnitude = Math.abs(value);
        if (magnitude >= 65520.0) {
            return (short) (sign | 0x7c00);
        }
        int exponent = Math.max(Math.getExponent(magnitude), -14);
        // Mantissa with ten fraction bits; when rounding carries to 2048 the addition below moves on to the next
        // exponent.
        int mantissa = (int) Math.rint(Math.scalb(magnitude, 10 - exponent));
        return (short) (sign | (((exponent + 14) << 10) + mantissa));
    }
}
