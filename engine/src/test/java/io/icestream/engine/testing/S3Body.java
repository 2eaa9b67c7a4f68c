package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.net.httpserver.Headers;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import java.util.zip.Checksum;
import org.jspecify.annotations.Nullable;

/**
 * The payload of a request after its framing has been taken off, and the checksums that came with it, which are right.
 *
 * <p>Framing, with {@code x-amz-content-sha256} starting with {@code STREAMING-}: chunks of a length in hex, an optional
 * {@code ;chunk-signature=…}, CR LF, data, CR LF; a chunk of length 0; trailers {@code name:value}; an empty line. The
 * signatures are not verified. Source: Amazon S3 API Reference, Signature Version 4 for chunked uploads.
 *
 * @param content the payload
 * @param checksums by header name
 */
record S3Body(ByteBuffer content, Map<String, String> checksums) {
    private static final String CHECKSUM = "x-amz-checksum-";

    static S3Body of(Headers headers, byte[] raw) {
        String hash = headers.getFirst("x-amz-content-sha256");
        Map<String, String> checksums = new TreeMap<>();
        headers.forEach((name, values) -> addChecksum(checksums, name, values.get(0)));
        boolean framed = hash != null && hash.startsWith("STREAMING-");
        byte[] bytes = framed ? new Frames(raw, checksums).decode() : raw;
        S3Body body = new S3Body(ByteBuffer.wrap(bytes), checksums);
        String length = headers.getFirst("x-amz-decoded-content-length");
        if (framed && (length == null || Long.parseLong(length) != bytes.length)) {
            throw new S3Error(400, "IncompleteBody", "decoded length " + length + ", found " + bytes.length);
        }
        if (hash != null
                && hash.length() == 64
                && !hash.equals(HexFormat.of().formatHex(S3Objects.hash("SHA-256", bytes)))) {
            throw new S3Error(400, "XAmzContentSHA256Mismatch", "the payload is not the one that was signed");
        }
        body.verify(headers.getFirst("Content-MD5"));
        return body;
    }

    byte[] bytes() {
        return S3Objects.array(content);
    }

    private static void addChecksum(Map<String, String> checksums, String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith(CHECKSUM)
                && !lower.endsWith("-mode")
                && !lower.endsWith("-algorithm")
                && !lower.endsWith("-type")) {
            checksums.put(lower, value);
        }
    }

    private void verify(@Nullable String md5) {
        if (md5 != null && !md5.equals(base64(S3Objects.hash("MD5", bytes())))) {
            throw new S3Error(400, "BadDigest", "Content-MD5 does not match");
        }
        checksums.forEach((name, value) -> {
            if (!value.equals(checksum(name.substring(CHECKSUM.length()), value))) {
                throw new S3Error(400, "BadDigest", name + " does not match");
            }
        });
    }

    private String checksum(String algorithm, String unknown) {
        return switch (algorithm) {
            case "crc32" -> base64(crc(new CRC32()));
            case "crc32c" -> base64(crc(new CRC32C()));
            case "sha1" -> base64(S3Objects.hash("SHA-1", bytes()));
            case "sha256" -> base64(S3Objects.hash("SHA-256", bytes()));
            default -> unknown;
        };
    }

    private byte[] crc(Checksum checksum) {
        checksum.update(bytes());
        long value = checksum.getValue();
        return new byte[] {(byte) (value >> 24), (byte) (value >> 16), (byte) (value >> 8), (byte) value};
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static final class Frames {
        private final byte[] raw;
        private final Map<String, String> checksums;
        private int position;

        Frames(byte[] raw, Map<String, String> checksums) {
            this.raw = raw;
            this.checksums = checksums;
        }

        byte[] decode() {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length);
            for (int length = nextLength(); length > 0; length = nextLength()) {
                bytes.write(raw, position, length);
                position += length;
                line();
            }
            while (position < raw.length) {
                String line = line();
                int colon = line.indexOf(':');
                if (colon > 0) {
                    addChecksum(
                            checksums,
                            line.substring(0, colon),
                            line.substring(colon + 1).strip());
                }
            }
            return bytes.toByteArray();
        }

        private int nextLength() {
            int length = Integer.parseInt(line().split(";", 2)[0].strip(), 16);
            if (length > raw.length - position) {
                throw new S3Error(400, "IncompleteBody", "a chunk is cut short");
            }
            return length;
        }

        private String line() {
            int end = position;
            while (end < raw.length && raw[end] != '\r') {
                end++;
            }
            String line = new String(Arrays.copyOfRange(raw, position, end), ISO_8859_1);
            position = Math.min(raw.length, end + 2);
            return line;
        }
    }
}
