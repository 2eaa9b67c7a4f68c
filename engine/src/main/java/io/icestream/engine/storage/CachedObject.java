package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * An object, or a part of one, as a {@link DiskCache} has it.
 *
 * <p>File: 8 bytes {@code ICECACH1}, u32 CRC-32C of all that follows, u64 seconds and u32 nanoseconds of the last modification, u32 length
 * and UTF-8 bytes of the label, the same of the version, then the content up to the end; all big endian.
 *
 * @param bytes the content
 * @param version version of the object, empty for a part
 * @param lastModified when the object was written; the epoch for a part
 */
record CachedObject(ByteBuffer bytes, String version, Instant lastModified) {
    private static final long MAGIC = 0x4943454341434831L;
    private static final int CHECKED_FROM = Long.BYTES + Integer.BYTES;
    private static final int FIXED_BYTES = CHECKED_FROM + Long.BYTES + 3 * Integer.BYTES;

    /** The file, whose label says what it stands for. */
    ByteBuffer encode(String label) {
        byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
        byte[] versionBytes = version.getBytes(StandardCharsets.UTF_8);
        ByteBuffer file = ByteBuffer.allocate(
                Math.addExact(FIXED_BYTES + labelBytes.length + versionBytes.length, bytes.remaining()));
        file.putLong(MAGIC).putInt(0);
        file.putLong(lastModified.getEpochSecond()).putInt(lastModified.getNano());
        file.putInt(labelBytes.length).put(labelBytes);
        file.putInt(versionBytes.length).put(versionBytes);
        file.put(bytes.duplicate()).flip();
        return file.putInt(Long.BYTES, checksum(file));
    }

    /** What a file holds, or empty if it is damaged or stands for something else. */
    static Optional<CachedObject> decode(ByteBuffer file, String label) {
        byte[] labelBytes = label.getBytes(StandardCharsets.UTF_8);
        if (file.remaining() < FIXED_BYTES + labelBytes.length
                || file.getLong(0) != MAGIC
                || file.getInt(Long.BYTES) != checksum(file)) {
            return Optional.empty();
        }
        ByteBuffer rest = file.duplicate().position(CHECKED_FROM);
        Instant lastModified = Instant.ofEpochSecond(rest.getLong(), rest.getInt());
        if (!text(rest).equals(label)) {
            return Optional.empty();
        }
        String version = text(rest);
        return Optional.of(new CachedObject(rest.slice().asReadOnlyBuffer(), version, lastModified));
    }

    private static String text(ByteBuffer from) {
        byte[] bytes = new byte[from.getInt()];
        from.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static int checksum(ByteBuffer file) {
        CRC32C checksum = new CRC32C();
        checksum.update(file.duplicate().position(CHECKED_FROM));
        return (int) checksum.getValue();
    }
}
