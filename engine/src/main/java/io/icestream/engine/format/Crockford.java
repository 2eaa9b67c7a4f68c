package io.icestream.engine.format;

import java.util.Arrays;

/**
 * Text form of ids: Crockford's base 32 in upper case, no padding, zero bits appended on the right. Twelve bytes take
 * 20 characters, eight bytes 13.
 */
final class Crockford {
    private static final char[] DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ".toCharArray();
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            VALUES[DIGITS[i]] = (byte) i;
        }
    }

    private Crockford() {}

    static String encode(byte[] bytes) {
        char[] text = new char[textLength(bytes.length)];
        for (int i = 0; i < text.length; i++) {
            text[i] = DIGITS[fiveBits(bytes, i * 5)];
        }
        return new String(text);
    }

    static byte[] decode(String text, int sizeBytes) {
        if (text.length() != textLength(sizeBytes)) {
            throw new IllegalArgumentException(
                    "Invalid id '" + text + "': it has " + text.length() + " characters, not " + textLength(sizeBytes));
        }
        byte[] bytes = new byte[sizeBytes + 1];
        for (int i = 0; i < text.length(); i++) {
            int shifted = value(text, i) << (11 - (i * 5) % 8);
            int at = (i * 5) / 8;
            bytes[at] |= (byte) (shifted >>> 8);
            if (at + 1 < bytes.length) {
                bytes[at + 1] |= (byte) shifted;
            }
        }
        if (bytes[sizeBytes] != 0) {
            throw new IllegalArgumentException("Invalid id '" + text + "': the bits beyond its end are not zero");
        }
        return Arrays.copyOf(bytes, sizeBytes);
    }

    private static int textLength(int sizeBytes) {
        return (sizeBytes * 8 + 4) / 5;
    }

    private static int fiveBits(byte[] bytes, int bit) {
        int at = bit / 8;
        int pair = (bytes[at] & 0xFF) << 8 | (at + 1 < bytes.length ? bytes[at + 1] & 0xFF : 0);
        return pair >>> (11 - bit % 8) & 31;
    }

    private static int value(String text, int at) {
        char c = text.charAt(at);
        int value = c < VALUES.length ? VALUES[c] : -1;
        if (value < 0) {
            throw new IllegalArgumentException(
                    "Invalid id '" + text + "': '" + c + "' is not a digit of Crockford's base 32 in upper case");
        }
        return value;
    }
}
