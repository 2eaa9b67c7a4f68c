package io.icestream.engine.format;

import java.nio.ByteBuffer;
import java.util.function.Function;

/**
 * Turns the files of a repository into values and back. Each file is a header of 39 bytes, then one zstd frame that
 * holds a FlatBuffers buffer; chunk objects are no such files, they are the encoded chunk and nothing else.
 *
 * <p>Decoding accepts files of format versions 1 and 2, by whoever they were written; the header of a file tells its version,
 * whatever the version of the repository. All decoders throw
 * {@link CorruptObjectException} if the bytes are not what the format asks for, and {@link UnsupportedFormatException}
 * if they say that they are of a version or kind that is not known here. Encoders write the version they are asked for, 2 if
 * they are not asked; files are given as read-only buffers.
 *
 * <p>Source: Icechunk specification 1 and 2.
 */
public final class IcechunkFile {
    /** The newest format version that is read and written. */
    public static final int FORMAT_VERSION = SpecVersion.V2.number();

    private IcechunkFile() {}

    /**
     * Reads the header of any file, without looking at the rest.
     *
     * @param objectKey what to call the file in errors
     * @throws CorruptObjectException if it is no file of a repository
     */
    public static FileHeader decodeHeader(ByteBuffer file, String objectKey) {
        return Envelope.header(file, objectKey);
    }

    /**
     * Reads a manifest. Cost: decompression; references are looked at when they are asked for.
     *
     * @param objectKey what to call the file in errors
     */
    public static Manifest decodeManifest(ByteBuffer file, String objectKey) {
        return decode(file, FileType.MANIFEST, objectKey, Manifest::decode);
    }

    /**
     * Reads a snapshot, all of it.
     *
     * @param objectKey what to call the file in errors
     */
    public static Snapshot decodeSnapshot(ByteBuffer file, String objectKey) {
        return decode(file, FileType.SNAPSHOT, objectKey, SnapshotCodec::decode);
    }

    /**
     * Reads a transaction log, all of it.
     *
     * @param objectKey what to call the file in errors
     */
    public static TransactionLog decodeTransactionLog(ByteBuffer file, String objectKey) {
        return decode(file, FileType.TRANSACTION_LOG, objectKey, TransactionLogCodec::decode);
    }

    /**
     * Reads the repository object. Cost: everything but messages and metadata of the snapshots, which are decoded when they
     * are asked for.
     *
     * @param objectKey what to call the file in errors
     */
    public static RepositoryInfo decodeRepositoryInfo(ByteBuffer file, String objectKey) {
        return decode(file, FileType.REPOSITORY_INFO, objectKey, RepositoryCodec::decode);
    }

    /**
     * Writes a snapshot.
     *
     * @param compressionLevel zstd level
     */
    public static ByteBuffer encodeSnapshot(Snapshot snapshot, int compressionLevel) {
        return encodeSnapshot(snapshot, SpecVersion.V2, compressionLevel);
    }

    /**
     * Writes a snapshot as a file of a version.
     *
     * @param compressionLevel zstd level
     */
    public static ByteBuffer encodeSnapshot(Snapshot snapshot, SpecVersion version, int compressionLevel) {
        return Envelope.wrap(FileType.SNAPSHOT, version, SnapshotCodec.encode(snapshot, version), compressionLevel);
    }

    /**
     * Writes a transaction log.
     *
     * @param compressionLevel zstd level
     */
    public static ByteBuffer encodeTransactionLog(TransactionLog log, int compressionLevel) {
        return encodeTransactionLog(log, SpecVersion.V2, compressionLevel);
    }

    /**
     * Writes a transaction log as a file of a version.
     *
     * @param compressionLevel zstd level
     * @throws IllegalArgumentException if it has moves, which version 1 does not know
     */
    public static ByteBuffer encodeTransactionLog(TransactionLog log, SpecVersion version, int compressionLevel) {
        if (version == SpecVersion.V1 && !log.moves().isEmpty()) {
            throw new IllegalArgumentException("Cannot write moves of nodes into a file of format version 1");
        }
        return Envelope.wrap(FileType.TRANSACTION_LOG, version, TransactionLogCodec.encode(log), compressionLevel);
    }

    /**
     * Writes the repository object. Snapshot entries that came from a file are taken over without being decoded, in one
     * piece where it can be.
     *
     * @param compressionLevel zstd level, see {@link RepositoryConfig#repositoryObjectCompressionLevel}
     * @throws UnsupportedFormatException if the ops log has an {@link UpdateKind.Unknown} update, which would be lost
     * @throws CorruptObjectException if an entry that was read is damaged
     */
    public static ByteBuffer encodeRepositoryInfo(RepositoryInfo info, int compressionLevel) {
        return encodeRepository(info, compressionLevel).bytes();
    }

    /**
     * Writes the repository object, as {@link #encodeRepositoryInfo} does, and gives the value whose next version costs
     * least to write: its snapshots are in the bytes just made.
     *
     * @param compressionLevel zstd level, see {@link RepositoryConfig#repositoryObjectCompressionLevel}
     * @throws UnsupportedFormatException if the ops log has an {@link UpdateKind.Unknown} update, which would be lost
     * @throws CorruptObjectException if an entry that was read is damaged
     */
    public static EncodedRepository encodeRepository(RepositoryInfo info, int compressionLevel) {
        RepositoryCodec.Written written = RepositoryCodec.rewrite(info);
        ByteBuffer file = Envelope.wrap(FileType.REPOSITORY_INFO, written.writer(), compressionLevel);
        return new EncodedRepository(written.info(), file);
    }

    private static <T> T decode(ByteBuffer file, FileType type, String objectKey, Function<FlatReader, T> decoder) {
        return decode(Envelope.unwrap(file, type, objectKey), decoder);
    }

    /** Decodes the content of a file; values that do not fit together are damage too. */
    static <T> T decode(FlatReader reader, Function<FlatReader, T> decoder) {
        try {
            return decoder.apply(reader);
        } catch (IllegalArgumentException e) {
            throw reader.invalid(e);
        }
    }
}
