package io.icestream.engine.zarr;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        for (DataType type : plainTypes()) {
            int number = 0;
            for (Map.Entry<String, CodecChain> entry : Samples.chains(type).entrySet()) {
                String name = type.zarrName() + "-" + number++;
                writeArray(name, type, entry.getValue(), FillValue.zero(type));
            }
            if (type.kind().isFloat()) {
                writeArray(type.zarrName() + "-payload", type, CodecChain.defaultFor(type), nanWithPayload(type));
            }
            writeArray(type.zarrName() + "-default", type, CodecChain.defaultFor(type), fill(type));
        }
        put(
                directory.resolve("more").resolve("zarr.json"),
                GroupMetadata.empty().toJson());
        writeMoreTypes();
        writeShapedChains();
        writeGrids();
    }

    private static List<DataType> plainTypes() {
        return DataType.plainTypes().stream()
                .filter(type -> !type.equals(DataType.VARIABLE_LENGTH_BYTES))
                .toList();
    }

    /** Types that xarray does not open; zarr-python does not know r*. */
    private void writeMoreTypes() throws IOException {
        int typeNumber = 0;
        for (DataType type : Samples.types()) {
            typeNumber++;
            if (!plainTypes().contains(type) && type.kind() != DataType.Kind.RAW_BITS) {
                int number = 0;
                for (CodecChain chain : Samples.chains(type).values()) {
                    writeArray("more/" + typeNumber + "-" + number++, type, chain, FillValue.usual(type));
                }
                FillValue fill = FillValue.of(Samples.random(type, random));
                writeArray("more/" + typeNumber + "-fill", type, CodecChain.defaultFor(type), fill);
            }
        }
    }

    private void writeShapedChains() throws IOException {
        int typeNumber = 0;
        for (DataType type : Samples.types()) {
            typeNumber++;
            int number = 0;
            for (CodecChain chain : Samples.shapedChains(type, 4, 4).values()) {
                ArrayMetadata metadata = ArrayMetadata.builder(type, SHAPE, new long[] {4, 4})
                        .codecs(chain)
                        .dimensionNames("y", "x")
                        .attributes(attributes("", FillValue.usual(type)))
                        .build();
                if (type.kind() != DataType.Kind.RAW_BITS) {
                    writeArray("more/shaped-" + typeNumber + "-" + number++, metadata);
                }
            }
        }
    }

    private void writeGrids() throws IOException {
        List<ChunkLengths> listed = List.of(ChunkLengths.of(1, 1, 1, 4), ChunkLengths.of(2, 3));
        List<ChunkLengths> mixed = List.of(ChunkLengths.every(3), ChunkLengths.of(1, 4));
        List<ChunkLengths> beyond = List.of(ChunkLengths.of(3, 3, 3, 3), ChunkLengths.of(4, 9));
        int number = 0;
        for (List<ChunkLengths> lengths : List.of(listed, mixed, beyond)) {
            ArrayMetadata metadata = ArrayMetadata.builder(DataType.INT32, ChunkGrid.rectilinear(SHAPE, lengths))
                    .dimensionNames("y", "x")
                    .attributes(attributes("", FillValue.zero(DataType.INT32)))
                    .build();
            writeArray("more/grid-" + number++, metadata);
        }
    }

    private static FillValue fill(DataType type) {
        return switch (type.kind()) {
            case BOOL -> FillValue.of(true);
            case STRING -> FillValue.of("none");
            case FLOAT16, FLOAT32, FLOAT64, COMPLEX64, COMPLEX128 -> FillValue.nan(type);
            default -> FillValue.of(type, 100);
        };
    }

    private static FillValue nanWithPayload(DataType type) {
        String bits = switch (type.kind()) {
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
        writeArray(name, metadata);
    }

    private void writeArray(String name, ArrayMetadata metadata) throws IOException {
        put(directory.resolve(name).resolve("zarr.json"), metadata.toJson());
        NdArray whole = NdArray.filled(metadata.fillValue(), 7, 5);
        Region written = new Region(new long[] {0, 0}, new long[] {6, 5});
        Samples.random(metadata.dataType(), random, 6, 5).copyRegion(new int[2], whole, new int[2], new int[] {6, 5});
        for (ChunkOverlap overlap : metadata.chunkGrid().overlaps(written).toList()) {
            NdArray chunk = metadata.fillChunk(overlap.chunkIndex());
            whole.copyRegion(overlap.regionOrigin(), chunk, overlap.chunkOrigin(), overlap.lengths());
            Path file = directory.resolve(name).resolve(metadata.chunkKey(overlap.chunkIndex()));
            put(file, metadata.encodeChunk(overlap.chunkIndex(), chunk));
        }
        put(directory.resolve(name + ".expected"), expected(whole));
    }

    private static ObjectNode attributes(String name, FillValue fill) {
        ObjectNode attributes = Json.object().put("units", "m").put("half", 0.5);
        if (name.endsWith("-default") && !fill.dataType().equals(DataType.STRING)) {
            attributes.set(XarrayFillValue.ATTRIBUTE, XarrayFillValue.encode(fill));
        }
        return attributes;
    }

    private static byte[] expected(NdArray whole) throws IOException {
        if (whole.dataType().equals(DataType.STRING)) {
            return new ObjectMapper().writeValueAsBytes(whole.strings());
        }
        return whole.dataType().equals(DataType.VARIABLE_LENGTH_BYTES)
                ? new ObjectMapper().writeValueAsBytes(whole.byteStrings())
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
