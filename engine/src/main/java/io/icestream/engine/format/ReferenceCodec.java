package io.icestream.engine.format;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The table {@code ChunkRef}, whose layout {@link Manifest} shows. */
final class ReferenceCodec {
    private static final int INDEX = 0;
    private static final int INLINE = 1;
    private static final int OFFSET = 2;
    private static final int LENGTH = 3;
    private static final int CHUNK_ID = 4;
    private static final int LOCATION = 5;
    private static final int CHECKSUM_ETAG = 6;
    private static final int CHECKSUM_LAST_MODIFIED = 7;
    private static final int COMPRESSED_LOCATION = 8;

    private ReferenceCodec() {}

    /** Compares the index of a reference with another one. */
    static int compareIndex(FlatTable ref, int[] other) {
        FlatVector entries = ref.vector(INDEX, 4, "index");
        int common = Math.min(entries.length(), other.length);
        for (int i = 0; i < common; i++) {
            int order = Integer.compareUnsigned(ref.reader().i32(entries.at(i)), other[i]);
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(entries.length(), other.length);
    }

    static int[] index(FlatTable ref) {
        FlatVector entries = ref.vector(INDEX, 4, "index");
        int[] index = new int[entries.length()];
        for (int i = 0; i < index.length; i++) {
            index[i] = ref.reader().i32(entries.at(i));
        }
        return index;
    }

    static ChunkReference reference(FlatTable ref, @Nullable LocationDecompressor locations) {
        int chunk = ref.field(CHUNK_ID, ChunkId.SIZE_BYTES);
        if (chunk != 0) {
            FlatReader reader = ref.reader();
            ChunkId id = new ChunkId(reader.bigEndian64(chunk), reader.bigEndian32(chunk + 8));
            return new ChunkReference.Native(id, ref.u63(OFFSET), length(ref));
        }
        String location = location(ref, locations);
        if (location != null) {
            return new ChunkReference.Virtual(location, ref.u63(OFFSET), length(ref), checksum(ref));
        }
        FlatVector inline = ref.vector(INLINE, 1, "chunk_id, location or inline");
        byte[] content = new byte[inline.length()];
        System.arraycopy(ref.reader().bytes(), inline.start(), content, 0, content.length);
        return new ChunkReference.Inline(Bytes.wrap(content));
    }

    private static long length(FlatTable ref) {
        long length = ref.u63(LENGTH);
        if (ref.u63(OFFSET) + length < 0) {
            throw ref.reader().corrupt(ref.position(), "a range that ends below 2^63", "a length of " + length);
        }
        return length;
    }

    private static @Nullable String location(FlatTable ref, @Nullable LocationDecompressor locations) {
        FlatVector compressed = ref.vector(COMPRESSED_LOCATION, 1);
        if (compressed != null) {
            if (locations == null) {
                throw ref.reader().corrupt(ref.position(), "a dictionary for compressed locations", "none");
            }
            return locations.decompress(compressed);
        }
        FlatVector plain = ref.vector(LOCATION, 1);
        return plain == null ? null : ref.reader().text(plain.start(), plain.length());
    }

    private static Optional<VirtualChecksum> checksum(FlatTable ref) {
        FlatVector tag = ref.vector(CHECKSUM_ETAG, 1);
        if (tag != null) {
            return Optional.of(new VirtualChecksum.EntityTag(ref.reader().text(tag.start(), tag.length())));
        }
        long seconds = ref.u32(CHECKSUM_LAST_MODIFIED);
        return seconds == 0
                ? Optional.empty()
                : Optional.of(new VirtualChecksum.LastModified(Instant.ofEpochSecond(seconds)));
    }

    /** Whether a reference is to an object outside the repository; cheap for one that is not. */
    static boolean isVirtual(FlatTable ref) {
        return ref.field(CHUNK_ID, ChunkId.SIZE_BYTES) == 0 && (ref.has(COMPRESSED_LOCATION) || ref.has(LOCATION));
    }

    static int write(FlatWriter writer, int[] index, ChunkReference reference, @Nullable LocationCompressor locations) {
        if (reference instanceof ChunkReference.Native stored) {
            int entries = writer.u32s(index);
            return writeNative(
                    writer, entries, stored.id().high(), stored.id().low(), stored.offset(), stored.length());
        }
        if (reference instanceof ChunkReference.Inline inline) {
            return writeInline(
                    writer, index, inline.bytes().array(), 0, inline.bytes().size());
        }
        return writeVirtual(writer, index, (ChunkReference.Virtual) reference, locations);
    }

    /** Copies a reference from another manifest. */
    static int copy(FlatWriter writer, ManifestCursor cursor, @Nullable LocationCompressor locations) {
        FlatTable ref = cursor.table();
        FlatReader reader = ref.reader();
        int chunk = ref.field(CHUNK_ID, ChunkId.SIZE_BYTES);
        if (chunk != 0) {
            int entries = writer.u32s(cursor.unsignedIndex());
            return writeNative(
                    writer,
                    entries,
                    reader.bigEndian64(chunk),
                    reader.bigEndian32(chunk + 8),
                    ref.u63(OFFSET),
                    length(ref));
        }
        FlatVector packed = ref.vector(COMPRESSED_LOCATION, 1);
        if (packed != null && locations != null && cursor.hasDictionary(locations.dictionary())) {
            int location = writer.bytes(reader.bytes(), packed.start(), packed.length());
            WrittenVirtual target = new WrittenVirtual(0, location, ref.u63(OFFSET), length(ref), checksum(ref));
            return writeVirtual(writer, cursor.unsignedIndex(), target);
        }
        FlatVector inline = packed != null || ref.has(LOCATION) ? null : ref.vector(INLINE, 1);
        return inline == null
                ? write(writer, cursor.unsignedIndex(), cursor.reference(), locations)
                : writeInline(writer, cursor.unsignedIndex(), reader.bytes(), inline.start(), inline.length());
    }

    private static int writeNative(FlatWriter writer, int index, long high, int low, long offset, long length) {
        writer.startTable();
        writer.u64(LENGTH, length);
        writer.u64(OFFSET, offset);
        writer.offset(INDEX, index);
        writer.id(CHUNK_ID, high, low);
        return writer.endTable();
    }

    private static int writeInline(FlatWriter writer, int[] index, byte[] source, int start, int length) {
        int content = writer.bytes(source, start, length);
        int entries = writer.u32s(index);
        writer.startTable();
        writer.offset(INLINE, content);
        writer.offset(INDEX, entries);
        return writer.endTable();
    }

    /** A virtual reference one of whose locations is written already, at a place in the writer. */
    private record WrittenVirtual(
            int location, int compressedLocation, long offset, long length, Optional<VirtualChecksum> checksum) {}

    private static int writeVirtual(
            FlatWriter writer, int[] index, ChunkReference.Virtual reference, @Nullable LocationCompressor locations) {
        byte[] packed = locations == null ? null : locations.compress(reference.location());
        int compressed = packed == null ? 0 : writer.bytes(packed, 0, packed.length);
        int location = packed == null ? writer.string(reference.location()) : 0;
        WrittenVirtual target =
                new WrittenVirtual(location, compressed, reference.offset(), reference.length(), reference.checksum());
        return writeVirtual(writer, index, target);
    }

    private static int writeVirtual(FlatWriter writer, int[] index, WrittenVirtual reference) {
        VirtualChecksum checksum = reference.checksum().orElse(null);
        int tag = checksum instanceof VirtualChecksum.EntityTag entity ? writer.string(entity.value()) : 0;
        int entries = writer.u32s(index);
        writer.startTable();
        writer.u64(LENGTH, reference.length());
        writer.u64(OFFSET, reference.offset());
        if (checksum instanceof VirtualChecksum.LastModified modified) {
            writer.u32(CHECKSUM_LAST_MODIFIED, (int) modified.time().getEpochSecond());
        }
        writer.offset(CHECKSUM_ETAG, tag);
        writer.offset(LOCATION, reference.location());
        writer.offset(COMPRESSED_LOCATION, reference.compressedLocation());
        writer.offset(INDEX, entries);
        return writer.endTable();
    }
}
