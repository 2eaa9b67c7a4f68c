package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One bucket: objects in the order of their keys' UTF-8 bytes, and unfinished uploads. Every method is one atomic step,
 * its condition included. ETags are made as S3 makes them: equal bytes have equal ones.
 */
final class S3Objects {
    private static final Comparator<String> UTF_8_ORDER =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(UTF_8), b.getBytes(UTF_8));

    private final NavigableMap<String, Stored> objects = new TreeMap<>(UTF_8_ORDER);
    private final Map<String, Upload> uploads = new HashMap<>();
    private int lastUpload;

    /** An object; headers hold user metadata, storage class, encryption and checksums. */
    record Stored(ByteBuffer content, String etag, Instant lastModified, Map<String, String> headers) {
        static Stored of(byte[] bytes, Map<String, String> headers) {
            return new Stored(
                    ByteBuffer.wrap(bytes), quoted(HexFormat.of().formatHex(hash("MD5", bytes))), now(), headers);
        }

        private static Instant now() {
            return Instant.now().truncatedTo(ChronoUnit.SECONDS);
        }

        byte[] bytes() {
            return array(content);
        }
    }

    /** What a write asks of the object that is there. */
    record Condition(@Nullable String ifMatch, @Nullable String ifNoneMatch) {
        static final Condition NONE = new Condition(null, null);

        void require(@Nullable Stored present) {
            if (ifNoneMatch != null
                    && present != null
                    && (ifNoneMatch.equals("*") || ifNoneMatch.equals(present.etag))) {
                throw S3Error.preconditionFailed();
            }
            if (ifMatch != null && present == null) {
                throw S3Error.noSuchKey();
            }
            if (ifMatch != null && present != null && !quoted(ifMatch).equals(present.etag)) {
                throw S3Error.preconditionFailed();
            }
        }
    }

    private record Upload(String key, Map<String, String> headers, NavigableMap<Integer, byte[]> parts) {}

    synchronized @Nullable Stored find(String key) {
        return objects.get(key);
    }

    synchronized Stored put(String key, byte[] bytes, Map<String, String> headers, Condition condition) {
        condition.require(objects.get(key));
        Stored stored = Stored.of(bytes, headers);
        objects.put(key, stored);
        return stored;
    }

    synchronized Stored copy(Stored source, String key, @Nullable Map<String, String> headers, Condition condition) {
        condition.require(objects.get(key));
        Stored stored = Stored.of(source.bytes(), headers == null ? source.headers : headers);
        objects.put(key, stored);
        return stored;
    }

    synchronized void delete(String key) {
        objects.remove(key);
    }

    synchronized List<Map.Entry<String, Stored>> list(String prefix, String after) {
        List<Map.Entry<String, Stored>> found = new ArrayList<>();
        String start = UTF_8_ORDER.compare(after, prefix) > 0 ? after : prefix;
        for (Map.Entry<String, Stored> entry :
                objects.tailMap(start, !start.equals(after)).entrySet()) {
            if (!entry.getKey().startsWith(prefix)) {
                break;
            }
            found.add(Map.entry(entry.getKey(), entry.getValue()));
        }
        return found;
    }

    synchronized String createUpload(String key, Map<String, String> headers) {
        String id = "upload-" + ++lastUpload;
        uploads.put(id, new Upload(key, headers, new TreeMap<>()));
        return id;
    }

    synchronized String uploadPart(String key, String id, int number, byte[] bytes) {
        upload(key, id).parts.put(number, bytes);
        return quoted(HexFormat.of().formatHex(hash("MD5", bytes)));
    }

    synchronized Stored completeUpload(String key, String id, Map<Integer, String> etags, Condition condition) {
        Upload upload = upload(key, id);
        condition.require(objects.get(key));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ByteArrayOutputStream hashes = new ByteArrayOutputStream();
        etags.forEach((number, etag) -> {
            byte[] part = upload.parts.get(number);
            if (part == null
                    || !quoted(HexFormat.of().formatHex(hash("MD5", part))).equals(quoted(etag))) {
                throw new S3Error(400, "InvalidPart", "part " + number + " is not the one that was uploaded");
            }
            bytes.writeBytes(part);
            hashes.writeBytes(hash("MD5", part));
        });
        String etag = HexFormat.of().formatHex(hash("MD5", hashes.toByteArray())) + "-" + etags.size();
        Stored stored = new Stored(ByteBuffer.wrap(bytes.toByteArray()), quoted(etag), Stored.now(), upload.headers);
        objects.put(key, stored);
        uploads.remove(id);
        return stored;
    }

    synchronized void abortUpload(String key, String id) {
        upload(key, id);
        uploads.remove(id);
    }

    synchronized int unfinishedUploads() {
        return uploads.size();
    }

    private Upload upload(String key, String id) {
        Upload upload = uploads.get(id);
        if (upload == null || !upload.key.equals(key)) {
            throw new S3Error(404, "NoSuchUpload", "The specified upload does not exist.");
        }
        return upload;
    }

    static byte[] array(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    static String quoted(String etag) {
        return etag.startsWith("\"") ? etag : "\"" + etag + "\"";
    }

    static byte[] hash(String algorithm, byte[] bytes) {
        try {
            return MessageDigest.getInstance(algorithm).digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has " + algorithm, e);
        }
    }
}
