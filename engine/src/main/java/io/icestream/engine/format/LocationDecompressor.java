package io.icestream.engine.format;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;

/**
 * Undoes the compression of virtual locations: each is a zstd frame made with the manifest's dictionary, and at most
 * {@value #MAX_LOCATION_BYTES} bytes long.
 */
final class LocationDecompressor {
    private static final int MAX_LOCATION_BYTES = 1024;

    private final byte[] dictionary;

    LocationDecompressor(Bytes dictionary) {
        this.dictionary = dictionary.array();
    }

    String decompress(FlatVector compressed) {
        FlatReader reader = compressed.reader();
        byte[] location = new byte[MAX_LOCATION_BYTES];
        try (ZstdDecompressCtx context = new ZstdDecompressCtx()) {
            context.loadDict(dictionary);
            int length = context.decompressByteArray(
                    location, 0, location.length, reader.bytes(), compressed.start(), compressed.length());
            return new FlatReader(location, reader.object()).text(0, length);
        } catch (ZstdException e) {
            CorruptObjectException corrupt = reader.corrupt(
                    compressed.start(), "a location of at most 1024 bytes, compressed by zstd", e.getMessage());
            corrupt.addSuppressed(e);
            throw corrupt;
        }
    }
}
