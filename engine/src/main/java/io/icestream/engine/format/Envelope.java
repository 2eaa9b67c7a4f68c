package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The envelope of all metadata files: a header of 39 bytes, then exactly one zstd frame to the end of the file.
 *
 * <table>
 * <caption>Header</caption>
 * <tr><th>byte</th><th>length</th><th>content</th></tr>
 * <tr><td>0</td><td>12</td><td>{@code ICE}, U+1F9CA, {@code CHUNK} in UTF-8</td></tr>
 * <tr><td>12</td><td>24</td><td>name of the writer in UTF-8, padded with blanks; not interpreted</td></tr>
 * <tr><td>36</td><td>1</td><td>format version of this file, whatever the version of the repository</td></tr>
 * <tr><td>37</td><td>1</td><td>{@link FileType#code}</td></tr>
 * <tr><td>38</td><td>1</td><td>compression: 1 for zstd; the 0 for none that the specification has, no reader takes</td></tr>
 * </table>
 *
 * <p>Source: Icechunk specification, file layout.
 */
final class Envelope {
    static final int HEADER_SIZE_BYTES = 39;

    private static final byte[] MAGIC = "ICE\uD83E\uDDCACHUNK".getBytes(StandardCharsets.UTF_8);
    private static final byte[] WRITER = "ic-java-0.1.0           ".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION_AT = 36;
    private static final int TYPE_AT = 37;
    private static final int COMPRESSION_AT = 38;
    private static final int ZSTD = 1;

    private Envelope() {}

    /** Wraps a finished buffer as a file of the newest version. */
    static ByteBuffer wrap(FileType type, FlatWriter content, int compressionLevel) {
        return wrap(type, SpecVersion.V2, content, compressionLevel);
    }

    /** Wraps a finished buffer. */
    static ByteBuffer wrap(FileType type, SpecVersion version, FlatWriter content, int compressionLevel) {
        byte[] header = new byte[HEADER_SIZE_BYTES];
        System.arraycopy(MAGIC, 0, header, 0, MAGIC.length);
        System.arraycopy(WRITER, 0, header, MAGIC.length, WRITER.length);
        header[VERSION_AT] = (byte) version.number();
        header[TYPE_AT] = (byte) type.code();
        header[COMPRESSION_AT] = ZSTD;
        byte[] file = ZstdFrame.compress(content.buffer(), content.start(), compressionLevel, header);
        return ByteBuffer.wrap(file).asReadOnlyBuffer();
    }

    /**
     * Takes the content out of a file.
     *
     * @param object what to call the file in errors
     * @throws UnsupportedFormatException if version, type or compression are not known
     * @throws CorruptObjectException if it is no such file, or one of another type
     */
    static FlatReader unwrap(ByteBuffer file, FileType expected, String object) {
        byte[] bytes = arrayOf(file);
        SpecVersion version = checkHeader(bytes, expected, object);
        byte[] content = ZstdFrame.decompress(bytes, HEADER_SIZE_BYTES, object);
        if (content.length < 8) {
            throw new CorruptObjectException(
                    object, 0, "at least 8 bytes of content", Integer.toString(content.length));
        }
        return new FlatReader(content, object, version);
    }

    /**
     * Takes the header of a file apart.
     *
     * @param object what to call the file in errors
     * @throws CorruptObjectException if it is no such file
     */
    static FileHeader header(ByteBuffer file, String object) {
        byte[] bytes = arrayOf(file);
        checkSignature(bytes, object);
        String writer = new String(bytes, MAGIC.length, WRITER.length, StandardCharsets.UTF_8);
        return new FileHeader(
                writer.replace('\0', ' ').strip(),
                bytes[VERSION_AT] & 0xFF,
                FileType.ofCode(bytes[TYPE_AT] & 0xFF),
                bytes[COMPRESSION_AT] == ZSTD ? "zstd" : "code " + (bytes[COMPRESSION_AT] & 0xFF));
    }

    private static byte[] arrayOf(ByteBuffer file) {
        if (file.hasArray() && file.arrayOffset() == 0 && file.position() == 0 && file.limit() == file.array().length) {
            return file.array();
        }
        byte[] copy = new byte[file.remaining()];
        file.duplicate().get(copy);
        return copy;
    }

    private static SpecVersion checkHeader(byte[] bytes, FileType expected, String object) {
        checkSignature(bytes, object);
        SpecVersion version = version(bytes, expected, object);
        checkKnown(bytes, expected, object);
        return version;
    }

    /** Version 1 has no repository object, so no file of that version can be one. */
    private static SpecVersion version(byte[] bytes, FileType expected, String object) {
        int number = bytes[VERSION_AT] & 0xFF;
        return SpecVersion.find(number)
                .filter(version -> version != SpecVersion.V1 || expected != FileType.REPOSITORY_INFO)
                .orElseThrow(() -> new UnsupportedFormatException(object, SpecVersion.describe(number)));
    }

    private static void checkSignature(byte[] bytes, String object) {
        if (bytes.length < HEADER_SIZE_BYTES) {
            throw new CorruptObjectException(
                    object, bytes.length, "a header of " + HEADER_SIZE_BYTES + " bytes", "the end of the file");
        }
        int wrong = Arrays.mismatch(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        if (wrong >= 0) {
            throw new CorruptObjectException(
                    object, wrong, "the signature of an Icechunk file", "byte " + (bytes[wrong] & 0xFF));
        }
    }

    private static void checkKnown(byte[] bytes, FileType expected, String object) {
        int code = bytes[TYPE_AT] & 0xFF;
        FileType type =
                FileType.ofCode(code).orElseThrow(() -> new UnsupportedFormatException(object, "file type " + code));
        if (type != expected) {
            throw new CorruptObjectException(
                    object,
                    TYPE_AT,
                    "file type " + expected.code() + " (" + expected.title() + ")",
                    code + " (" + type.title() + ")");
        }
        if (bytes[COMPRESSION_AT] != ZSTD) {
            throw new UnsupportedFormatException(object, "compression " + (bytes[COMPRESSION_AT] & 0xFF));
        }
    }
}
