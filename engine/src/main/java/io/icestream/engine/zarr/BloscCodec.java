package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The codec {@code blosc}: blocks, shuffled and compressed one by one, in a frame of c-blosc 1.
 *
 * <p>Frames are read whatever compressor and shuffle they name, as other implementations do; the configuration is for writing. Snappy is not here.
 *
 * <p>Source: Zarr codec {@code blosc} 1.0; c-blosc, README_CHUNK_FORMAT.
 *
 * @param compressor how blocks are compressed
 * @param level 0 (stored) to 9 (smallest)
 * @param shuffle what is done before
 * @param typeSize bytes of an element, for shuffling; 1 to 255
 * @param blockSize bytes of a block, 0 to let the codec choose
 */
record BloscCodec(Codec.BloscCompressor compressor, int level, Codec.BloscShuffle shuffle, int typeSize, int blockSize)
        implements BytesToBytesCodec {
    static final String NAME = "blosc";

    private static final int LARGEST_TYPE_SIZE = 255;
    private static final int LARGEST_BLOCK_SIZE = 1 << 30;

    BloscCodec {
        if (level < 0 || level > 9) {
            throw new IllegalArgumentException("Invalid blosc level " + level + ": must be from 0 to 9");
        }
        if (typeSize < 1) {
            throw new IllegalArgumentException("Invalid blosc element size " + typeSize + ": must be at least 1");
        }
        if (blockSize < 0 || blockSize > LARGEST_BLOCK_SIZE) {
            throw new IllegalArgumentException(
                    "Invalid blosc block size " + blockSize + ": must be from 0 to " + LARGEST_BLOCK_SIZE);
        }
    }

    static BloscCodec parse(MetadataField configuration) {
        MetadataField typeSize = configuration.member("typesize");
        MetadataField blockSize = configuration.member("blocksize");
        MetadataField shuffle = configuration.member("shuffle");
        return new BloscCodec(
                choice(configuration.member("cname"), Codec.BloscCompressor.values()),
                configuration.member("clevel").asInt(0, 9),
                shuffle.isPresent() ? choice(shuffle, Codec.BloscShuffle.values()) : Codec.BloscShuffle.NOSHUFFLE,
                typeSize.isPresent() ? typeSize.asInt(1, Integer.MAX_VALUE) : 1,
                blockSize.isPresent() ? blockSize.asInt(0, LARGEST_BLOCK_SIZE) : 0);
    }

    private static <E extends Enum<E>> E choice(MetadataField field, E[] choices) {
        for (E choice : choices) {
            if (nameOf(choice).equals(field.asText())) {
                return choice;
            }
        }
        throw field.expected(
                "one of " + Arrays.stream(choices).map(BloscCodec::nameOf).collect(Collectors.joining(", ")));
    }

    private static String nameOf(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(
                NAME,
                configuration -> configuration
                        .put("typesize", typeSize)
                        .put("cname", nameOf(compressor))
                        .put("clevel", level)
                        .put("shuffle", nameOf(shuffle))
                        .put("blocksize", blockSize));
    }

    @Override
    public SizeLimit encodedSize(SizeLimit decoded) {
        return decoded.compressed();
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Scratch scratch) {
        return new BloscWriter(this, scratch).write(Scratch.bytes(decoded));
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch) {
        return ByteBuffer.wrap(new BloscReader(Scratch.bytes(encoded), limit, scratch).read());
    }

    /** The size that shuffling goes by: c-blosc has a byte for it and takes larger ones as 1. */
    int shuffledSize() {
        return typeSize > LARGEST_TYPE_SIZE ? 1 : typeSize;
    }
}
