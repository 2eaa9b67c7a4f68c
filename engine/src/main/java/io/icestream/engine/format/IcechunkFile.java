package io.icestream.engine.format;

import java.nio.ByteBuffer;

/**
 * Turns the files of a repository into values and back. Each file is a header of 39 bytes, then one zstd frame that
 * holds a FlatBuffers buffer; chunk objects are no such files, they are the encoded chunk and nothing else.
 *
 * <p>Decoding accepts files of format version 2, by whoever they were written. All decoders throw
 * {@link CorruptObjectException} if the bytes are not what the format asks for, and {@link UnsupportedFormatException}
 * if they say that they are of a version or kind that is not known here. Encoders write format version 2; files are
 * given as read-only buffers.
 *
 * <p>Source: Icechunk specification 2.
 */
public final class IcechunkFile {
    /** The format version that is read and written. */
    public static final int FORMAT_VERSION = Envelope.VERSION;

    private IcechunkFile() {}

    /**
     * Reads a manifest. Cost: decompression; references are looked at when they are asked for.
     *
     * @param objectKey what to call the file in errors
     */
    public static Manifest decodeManifest(ByteBuffer file, String objectKey) {
        return Manifest.decode(Envelope.unwrap(file, FileType.MANIFEST, objectKey));
    }
}
