package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;

/**
 * The codec {@code numcodecs.shuffle}, HDF5's shuffle filter: first bytes of all elements first, then all second bytes, and so on.
 *
 * <p>Source: numcodecs, class {@code Shuffle}; HDF5 filter 2.
 *
 * @param elementSize bytes of an element, at least 1
 */
record ShuffleCodec(int elementSize) implements BytesToBytesCodec {
    static final String NAME = "numcodecs.shuffle";

    private static final int USUAL_ELEMENT_SIZE = 4;
    private static final int LARGEST_ELEMENT_SIZE = 1 << 20;

    ShuffleCodec {
        if (elementSize < 1 || elementSize > LARGEST_ELEMENT_SIZE) {
            throw new IllegalArgumentException(
                    "Invalid element size " + elementSize + ": must be from 1 to " + LARGEST_ELEMENT_SIZE);
        }
    }

    static ShuffleCodec parse(MetadataField configuration) {
        MetadataField size = configuration.member("elementsize");
        return new ShuffleCodec(size.isPresent() ? size.asInt(1, LARGEST_ELEMENT_SIZE) : USUAL_ELEMENT_SIZE);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(NAME, configuration -> configuration.put("elementsize", elementSize));
    }

    @Override
    public SizeLimit encodedSize(SizeLimit decoded) {
        return decoded;
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Scratch scratch) {
        if (decoded.remaining() % elementSize != 0) {
            throw new IllegalArgumentException("Cannot shuffle " + decoded.remaining() + " bytes as elements of "
                    + elementSize + "; choose another element size");
        }
        byte[] source = Scratch.bytes(decoded);
        byte[] target = new byte[source.length];
        Shuffles.shuffle(elementSize, source, 0, source.length, target, 0);
        return ByteBuffer.wrap(target);
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch) {
        int size = encoded.remaining();
        if (size % elementSize != 0 || !limit.allows(size)) {
            throw new CorruptChunkException(
                    NAME, limit.describe() + " in elements of " + elementSize + " bytes", size + " bytes");
        }
        byte[] source = Scratch.bytes(encoded);
        byte[] target = new byte[source.length];
        Shuffles.unshuffle(elementSize, source, 0, source.length, target, 0);
        return ByteBuffer.wrap(target);
    }
}
