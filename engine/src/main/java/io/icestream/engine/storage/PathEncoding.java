package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Keys as the reference implementation writes them into file systems, and into those object stores that it reaches through the
 * same library (Google Cloud Storage and Azure, not S3): some characters percent-encoded. Only names of branches and tags of
 * repositories of version 1 can have such characters.
 *
 * <p>Encoded are control characters, everything outside ASCII, and {@code \ { } [ ] < > ^ % ~ # | * ? "} and the backtick.
 */
public final class PathEncoding {
    private static final String ENCODED = "\\{}[]<>^%~#|*?\"`";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private PathEncoding() {}

    /**
     * Encodes a key. Cost: none for keys without such characters.
     *
     * @param key a key or a prefix of keys
     * @return the key as it is stored
     */
    public static String encode(String key) {
        return key.chars().allMatch(PathEncoding::isPlain) ? key : encodeAll(key);
    }

    private static boolean isPlain(int character) {
        return character >= ' ' && character < 0x7F && ENCODED.indexOf(character) < 0;
    }

    private static String encodeAll(String key) {
        StringBuilder encoded = new StringBuilder();
        for (byte b : key.getBytes(StandardCharsets.UTF_8)) {
            if (isPlain(b)) {
                encoded.append((char) b);
            } else {
                encoded.append('%').append(HEX.toHexDigits(b));
            }
        }
        return encoded.toString();
    }

    /**
     * Decodes what {@link #encode} gave; a percent sign that nothing was encoded as stays.
     *
     * @param stored a key, or a part of one, as it is stored
     * @return the key
     */
    public static String decode(String stored) {
        if (stored.indexOf('%') < 0) {
            return stored;
        }
        byte[] bytes = stored.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (isEncoded(bytes, i)) {
                decoded.put((byte) HexFormat.fromHexDigits(stored(bytes, i)));
                i += 2;
            } else {
                decoded.put(bytes[i]);
            }
        }
        return StandardCharsets.UTF_8.decode(decoded.flip()).toString();
    }

    private static boolean isEncoded(byte[] bytes, int at) {
        return bytes[at] == '%'
                && at + 2 < bytes.length
                && HexFormat.isHexDigit(bytes[at + 1])
                && HexFormat.isHexDigit(bytes[at + 2]);
    }

    private static String stored(byte[] bytes, int at) {
        return new String(bytes, at + 1, 2, StandardCharsets.US_ASCII);
    }
}
