package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;

/**
 * Writes a plain Zarr v3 directory with every data type and codec chain, for zarr/check.py among the test resources to read.
 *
 * <p>Beside each array lies {@code NAME.expected}: its elements little endian, or as JSON for texts.
 */
final class SampleStoreWriter {
    private static final long[] SHAPE = {7, 5};
    private static final long[] CHUNK_SHAPE = {3, 2};

    private final Path directory;
    private final Random random = new Random(1);

    private SampleStoreWriter(Path directory) {
        this.directory = directory;
    }

    /** Takes the directory to write to. */
    public static void main(String[] arguments) throws IOException {
        new SampleStoreWriter(Path.of(arguments[0])).write();
    }

    private void write() throws IOException {
        put(directory.resolve("zarr.json"), GroupMetadata.empty().toJson());
        for (DataType type : DataType.values()) {
            int number = 0;
            for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
                String name = type.zarrName() + "-" + number++;
                writeArray(name, type, entry.getValue(), FillValue.zero(type));
            }
            if (type.kind() == DataType.Kind.FLOAT) {
                writeArray(type.zarrName() + "-payload", type, CodecChain.defaultFor(type), nanWithPayload(type));
            }
            writeArray(type.zarrName() + "-default", type, CodecChain.defaultFor(type), fill(type));
        }
    }

    private static FillValue fill(DataType type) {
        return switch (type) {
            case BOOL -> FillValue.of(true);
            case STRING -> FillValue.of("none");
            case FLOAT16, FLOAT32, FLOAT64, COMPLEX64, COMPLEX128 -> FillValue.nan(type);
            default -> FillValue.of(type, 100);
        };
    }

    private static FillValue nanWithPayload(DataType type) {
        String bits = switch (type) {
            case FLOAT16 -> "0xfe00"; // zarr-python loses a payload on the way through a Python float
            case FLOAT32 -> "0xffc00001";
            default -> "0xfff8000000000001";
        };
        return FillValue.parse(type, Json.object().textNode(bits));
    }

    private void writeArray(String name, DataType type, CodecChain codecs, FillValue fill) throws IOException {
        ArrayMetadata metadata = ArrayMetadata.builder(type, SHAPE, CHUNK_SHAPE)
                .codecs(codecs)
                .fillValue(fill)
                .dimensionNames("y", "x")
                .attributes(attributes(name, fill))
                .build();
        put(directory.resolve(name).resolve("zarr.json"), metadata.toJson());
        NdArray whole = NdArray.filled(fill, 7, 5);
        Region written = new Region(new long[] {0, 0}, new long[] {6, 5});
        Samples.random(type, random, 6, 5).copyRegion(new int[2], whole, new int[2], new int[] {6, 5});
        for (ChunkOverlap overlap : metadata.chunkGrid().overlaps(written).toList()) {
            NdArray chunk = metadata.fillChunk();
            whole.copyRegion(overlap.regionOrigin(), chunk, overlap.chunkOrigin(), overlap.lengths());
            Path file = directory.resolve(name).resolve(metadata.chunkKey(overlap.chunkIndex()));
            put(file, metadata.encodeChunk(chunk));
        }
        put(directory.resolve(name + ".expected"), expected(whole));
    }

    private static ObjectNode attributes(String name, FillValue fill) {
        ObjectNode attributes = Json.object().put("units", "m").put("half", 0.5);
        if (name.endsWith("-default") && fill.dataType() != DataType.STRING) {
            attributes.set(XarrayFillValue.ATTRIBUTE, XarrayFillValue.encode(fill));
        }
        return attributes;
    }

    private static byte[] expected(NdArray whole) throws IOException {
        return whole.dataType() == DataType.STRING
                ? new ObjectMapper().writeValueAsBytes(whole.strings())
                : Samples.bits(whole);
    }

    private static void put(Path file, ByteBuffer bytes) throws IOException {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        put(file, copy);
    }

    private static void put(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        try (OutputStream output = Files.newOutputStream(file)) {
            output.write(bytes);
        }
    }
}
