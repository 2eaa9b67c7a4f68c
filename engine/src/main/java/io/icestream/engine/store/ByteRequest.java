package io.icestream.engine.store;

/** Which bytes of a value are wanted. The names are those of the Zarr store interface. */
public sealed interface ByteRequest {
    /**
     * @return all bytes
     */
    static ByteRequest whole() {
        return new Offset(0);
    }

    /**
     * @param start first byte, at least 0
     * @param end the position after the last byte, at least {@code start}
     * @return the bytes in between
     */
    static ByteRequest range(long start, long end) {
        return new Range(start, end);
    }

    /**
     * @param offset first byte, at least 0
     * @return the bytes from there to the end
     */
    static ByteRequest offset(long offset) {
        return new Offset(offset);
    }

    /**
     * @param length number of bytes, at least 0
     * @return so many bytes at the end
     */
    static ByteRequest suffix(long length) {
        return new Suffix(length);
    }

    /**
     * The bytes that this asks for of a value of a certain size.
     *
     * @param sizeBytes size of the value
     * @return first byte and the position after the last one
     * @throws IndexOutOfBoundsException if the value has not all of them; an offset at its end is outside too, unless it is 0
     */
    Range within(long sizeBytes);

    /**
     * The bytes from one position to another.
     *
     * @param start first byte
     * @param end the position after the last byte
     */
    record Range(long start, long end) implements ByteRequest {
        /** Checks the order. */
        public Range {
            if (start < 0 || end < start) {
                throw new IllegalArgumentException("Invalid byte range " + start + " to " + end
                        + ": the start must be at least 0, the end not before it");
            }
        }

        @Override
        public Range within(long sizeBytes) {
            return require(end <= sizeBytes, sizeBytes, this);
        }

        private Range require(boolean fits, long sizeBytes, ByteRequest asked) {
            if (!fits) {
                throw new IndexOutOfBoundsException("Cannot read " + asked + ": the value has " + sizeBytes + " bytes");
            }
            return this;
        }

        @Override
        public String toString() {
            return "bytes " + start + " to " + end;
        }
    }

    /**
     * The bytes from a position to the end.
     *
     * @param offset first byte
     */
    record Offset(long offset) implements ByteRequest {
        /** Checks the position. */
        public Offset {
            if (offset < 0) {
                throw new IllegalArgumentException("Invalid byte offset " + offset + ": it must be at least 0");
            }
        }

        @Override
        public Range within(long sizeBytes) {
            Range range = new Range(Math.min(offset, sizeBytes), sizeBytes);
            return range.require(offset == 0 || offset < sizeBytes, sizeBytes, this);
        }

        @Override
        public String toString() {
            return "bytes from " + offset;
        }
    }

    /**
     * Bytes at the end.
     *
     * @param length number of bytes
     */
    record Suffix(long length) implements ByteRequest {
        /** Checks the number. */
        public Suffix {
            if (length < 0) {
                throw new IllegalArgumentException("Invalid suffix of " + length + " bytes: it must be at least 0");
            }
        }

        @Override
        public Range within(long sizeBytes) {
            Range range = new Range(Math.max(0, sizeBytes - length), sizeBytes);
            return range.require(length <= sizeBytes, sizeBytes, this);
        }

        @Override
        public String toString() {
            return "the last " + length + " bytes";
        }
    }
}
