package io.icestream.engine.format;

import java.time.Instant;
import java.util.Optional;

/** Where the stored bytes of one chunk are. */
public sealed interface ChunkReference {
    /** Number of stored bytes. */
    long length();

    /** Where they are kept. */
    ChunkKind kind();

    /**
     * A part of the chunk, as a chunk that is no longer than that.
     *
     * @param offset first byte, counted from the start of the chunk
     * @param length number of bytes
     * @throws IllegalArgumentException if the chunk has not all of these bytes
     */
    ChunkReference part(long offset, long length);

    /**
     * The bytes themselves, kept in the manifest.
     *
     * @param bytes the chunk as stored, before Zarr decoding
     */
    record Inline(Bytes bytes) implements ChunkReference {
        @Override
        public ChunkKind kind() {
            return ChunkKind.INLINE;
        }

        @Override
        public long length() {
            return bytes.size();
        }

        @Override
        public Inline part(long offset, long length) {
            Ranges.checkPart(this, offset, length);
            return new Inline(Bytes.copyOf(bytes.asByteBuffer().slice((int) offset, (int) length)));
        }
    }

    /**
     * A part of a chunk object of the repository.
     *
     * @param id the chunk object
     * @param offset first byte in it
     * @param length number of bytes
     */
    record Native(ChunkId id, long offset, long length) implements ChunkReference {
        /** Checks the range. */
        public Native {
            Ranges.checkByteRange(offset, length);
        }

        @Override
        public ChunkKind kind() {
            return ChunkKind.NATIVE;
        }

        @Override
        public Native part(long partOffset, long partLength) {
            Ranges.checkPart(this, partOffset, partLength);
            return new Native(id, offset + partOffset, partLength);
        }
    }

    /**
     * A part of an object outside the repository.
     *
     * @param location URL of the object, as it was given
     * @param offset first byte in it
     * @param length number of bytes
     * @param checksum what must still hold of the object
     */
    record Virtual(String location, long offset, long length, Optional<VirtualChecksum> checksum)
            implements ChunkReference {
        private static final String RELATIVE = "vcc://";

        /** Checks the range. */
        public Virtual {
            Ranges.checkByteRange(offset, length);
        }

        /** One without a checksum. */
        public static Virtual of(String location, long offset, long length) {
            return new Virtual(location, offset, length, Optional.empty());
        }

        /** The same part of the object, as long as the object has this tag. */
        public Virtual ifTagged(String entityTag) {
            return new Virtual(location, offset, length, Optional.of(new VirtualChecksum.EntityTag(entityTag)));
        }

        /** The same part of the object, as long as the object is not modified after this time. */
        public Virtual ifUnmodifiedSince(Instant time) {
            return new Virtual(location, offset, length, Optional.of(VirtualChecksum.LastModified.notBefore(time)));
        }

        @Override
        public ChunkKind kind() {
            return ChunkKind.VIRTUAL;
        }

        @Override
        public Virtual part(long partOffset, long partLength) {
            Ranges.checkPart(this, partOffset, partLength);
            return new Virtual(location, offset + partOffset, partLength, checksum);
        }

        /** Whether the location is relative to a container of the repository's configuration, which version 1 does not know. */
        public boolean isRelative() {
            return location.startsWith(RELATIVE);
        }
    }
}
