package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * The codec {@code crc32c}: the data, then its CRC-32C in four bytes, little endian.
 *
 * <p>Source: Zarr codec {@code crc32c} 1.0; RFC 3720.
 */
record Crc32cCodec() implements BytesToBytesCodec {
    static final String NAME = "crc32c";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode toJson() {
        return Json.extension(NAME);
    }

    @Override
    public SizeLimit encodedSize(SizeLimit decoded) {
        return decoded.plus(Integer.BYTES);
    }

    @Override
    public ByteBuffer encode(ByteBuffer decoded, Scratch scratch) {
        ByteBuffer target =
                scratch.take(Math.addExact(decoded.remaining(), Integer.BYTES)).order(ByteOrder.LITTLE_ENDIAN);
        return target.put(decoded.duplicate()).putInt(checksum(decoded)).flip();
    }

    @Override
    public ByteBuffer decode(ByteBuffer encoded, SizeLimit limit, Scratch scratch) {
        int size = encoded.remaining() - Integer.BYTES;
        if (size < 0 || size > limit.maximum() || (limit.exact() && size != limit.maximum())) {
            throw new CorruptChunkException(NAME, limit.plus(Integer.BYTES).describe(), encoded.remaining() + " bytes");
        }
        ByteBuffer content = encoded.slice(encoded.position(), size);
        int stored = encoded.slice().order(ByteOrder.LITTLE_ENDIAN).getInt(size);
        int computed = checksum(content);
        if (stored != computed) {
            throw new CorruptChunkException(
                    NAME, "checksum " + Integer.toHexString(stored), Integer.toHexString(computed));
        }
        return content;
    }

    private static int checksum(ByteBuffer content) {
        CRC32C checksum = new CRC32C();
        checksum.update(content.duplicate());
        return (int) checksum.getValue();
    }
}
