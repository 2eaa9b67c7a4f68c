package io.icestream.engine.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.lang.ref.Cleaner;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Compresses the locations of one manifest, each to a zstd frame of its own, with a dictionary made of some locations.
 * Belongs to one thread.
 *
 * <p>Source: Icechunk format 2, location dictionaries; {@link LocationDecompressor} is the way back.
 */
final class LocationCompressor implements AutoCloseable {
    /** Readers refuse what is longer when decompressed. */
    static final int MAX_LOCATION_BYTES = 1024;

    private static final int SMALL_SAMPLE_BYTES = 8;
    private static final int LARGEST_DICTIONARY_BYTES = 1 << 20;

    private static final Cleaner CLEANER = Cleaner.create();

    private final Bytes dictionary;
    private final ZstdCompressCtx context;
    private final Cleaner.Cleanable release;
    private String last = "";
    private byte @Nullable [] lastCompressed;

    LocationCompressor(Bytes dictionary, int level) {
        ZstdCompressCtx made = new ZstdCompressCtx();
        this.release = CLEANER.register(this, made::close);
        this.dictionary = dictionary;
        this.context = made;
        made.setLevel(Math.max(Zstd.minCompressionLevel(), Math.min(Zstd.maxCompressionLevel(), level)));
        made.loadDict(dictionary.array());
    }

    /**
     * Makes a dictionary.
     *
     * @param samples locations from all over the manifest
     * @return empty if no useful dictionary can be made of them
     */
    static Optional<Bytes> train(List<String> samples, LocationCompression settings) {
        List<byte[]> bytes = samples.stream().map(FlatWriter::encode).toList();
        long small = bytes.stream()
                .filter(sample -> sample.length < SMALL_SAMPLE_BYTES)
                .count();
        if (small >= bytes.size() / 2) {
            return Optional.empty();
        }
        byte[] dictionary = new byte[Math.min(LARGEST_DICTIONARY_BYTES, settings.maxDictionaryBytes())];
        long size = Zstd.trainFromBuffer(repeated(bytes, dictionary.length), dictionary, false);
        return Zstd.isError(size) ? Optional.empty() : Optional.of(Bytes.wrap(Arrays.copyOf(dictionary, (int) size)));
    }

    /** The trainer wants more bytes than the dictionary has. */
    private static byte[][] repeated(List<byte[]> samples, int dictionaryBytes) {
        int bytes = samples.stream().mapToInt(sample -> sample.length).sum();
        int times = bytes < dictionaryBytes ? dictionaryBytes / bytes + 2 : 1;
        List<byte[]> all = new ArrayList<>(times * samples.size());
        for (int i = 0; i < times; i++) {
            all.addAll(samples);
        }
        return all.toArray(byte[][]::new);
    }

    Bytes dictionary() {
        return dictionary;
    }

    /** The compressed location, or null if it is too long to be read back. Neighbours often lie in one object. */
    byte @Nullable [] compress(String location) {
        if (lastCompressed == null || !last.equals(location)) {
            byte[] bytes = FlatWriter.encode(location);
            if (bytes.length > MAX_LOCATION_BYTES) {
                return null;
            }
            last = location;
            lastCompressed = context.compress(bytes);
        }
        return lastCompressed;
    }

    /** Frees the native memory now; otherwise that is done when this object is unreachable. */
    @Override
    public void close() {
        release.clean();
    }
}
