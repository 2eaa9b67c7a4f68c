package io.icestream.engine.format;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.lang.ref.Cleaner;

/**
 * Undoes the compression of virtual locations: each is a zstd frame made with the manifest's dictionary, and at most
 * {@value #MAX_LOCATION_BYTES} bytes long.
 *
 * <p>The native context is made once, because making one costs far more than a location does; it is freed when this object is
 * unreachable. May be shared between threads, which wait for each other for the time of one location.
 */
final class LocationDecompressor {
    private static final int MAX_LOCATION_BYTES = LocationCompressor.MAX_LOCATION_BYTES;
    private static final Cleaner CLEANER = Cleaner.create();

    private final Bytes dictionary;
    private final ZstdDecompressCtx context;

    /** @throws ZstdException if the dictionary is none */
    LocationDecompressor(Bytes dictionary) {
        ZstdDecompressCtx made = new ZstdDecompressCtx();
        CLEANER.register(this, made::close);
        made.loadDict(dictionary.array());
        this.dictionary = dictionary;
        this.context = made;
    }

    Bytes dictionary() {
        return dictionary;
    }

    String decompress(FlatVector compressed) {
        FlatReader reader = compressed.reader();
        byte[] location = new byte[MAX_LOCATION_BYTES];
        int length;
        try {
            length = decompress(reader.bytes(), compressed.start(), compressed.length(), location);
        } catch (ZstdException e) {
            CorruptObjectException corrupt = reader.corrupt(
                    compressed.start(), "a location of at most 1024 bytes, compressed by zstd", e.getMessage());
            corrupt.addSuppressed(e);
            throw corrupt;
        }
        return new FlatReader(location, reader.object()).text(0, length);
    }

    private synchronized int decompress(byte[] source, int start, int length, byte[] target) {
        return context.decompressByteArray(target, 0, target.length, source, start, length);
    }
}
