package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a chunk encodes to does not depend on where its elements lie and which memory the bytes go to, and stays until it is closed. */
class EncodedChunkTest {
    private static final long SEED = 20261122;

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void aBoxOfABlockEncodesAsACopyOfItDoes(DataType type) {
        Random random = new Random(SEED);
        for (int[] shape : new int[][] {{}, {8}, {4, 6}, {2, 4, 6}}) {
            Map<String, CodecChain> chains = new LinkedHashMap<>(Samples.chains(type));
            chains.putAll(Samples.shapedChains(type, shape));
            for (Map.Entry<String, CodecChain> entry : chains.entrySet()) {
                int[] from = random.ints(shape.length, 0, 3).toArray();
                int[] blockShape = new int[shape.length];
                for (int d = 0; d < shape.length; d++) {
                    blockShape[d] = from[d] + shape[d] + random.nextInt(3);
                }
                NdArray block = Samples.random(type, random, blockShape);
                FillValue fill = FillValue.of(Samples.random(type, random));
                NdArray copy = block.copyOfRegion(from, shape);
                ByteBuffer expected = entry.getValue().encode(copy, fill);
                String what = entry.getKey() + ", box at " + Arrays.toString(from) + " of " + Arrays.toString(shape)
                        + " in " + block + ", seed " + SEED;

                try (EncodedChunk encoded = entry.getValue().encodeForStoring(NdBox.of(block, from, shape), fill)) {
                    assertThat(encoded.bytes()).as(what).isEqualTo(expected);
                    assertThat(encoded.bytes().isReadOnly()).as(what).isTrue();
                }
                assertDecodesInto(entry.getValue(), expected, fill, copy, from, random, what, blockShape);
            }
        }
    }

    /** What lies around the box stays as it was. */
    private static void assertDecodesInto(
            CodecChain chain,
            ByteBuffer stored,
            FillValue fill,
            NdArray elements,
            int[] to,
            Random random,
            String what,
            int... blockShape) {
        NdArray block = Samples.random(elements.dataType(), random, blockShape);
        NdArray expected = block.copyOfRegion(new int[blockShape.length], blockShape);
        elements.copyRegion(new int[to.length], expected, to, elements.shape());

        chain.decodeInto(stored, fill, NdBox.of(block, to, elements.shape()));

        assertThat(Samples.bits(block)).as(what).isEqualTo(Samples.bits(expected));
    }

    /** Others encode and decode meanwhile, in the memory that is free. */
    @Test
    void theBytesStayUntilTheChunkIsClosed() {
        for (Map.Entry<String, CodecChain> entry :
                Samples.chains(DataType.FLOAT64).entrySet()) {
            CodecChain chain = entry.getValue();
            NdArray chunk = Samples.random(DataType.FLOAT64, new Random(SEED), 3000);
            ByteBuffer expected = chain.encode(chunk);
            try (EncodedChunk encoded = chain.encodeForStoring(NdBox.whole(chunk), FillValue.zero(DataType.FLOAT64))) {
                for (int i = 0; i < 4; i++) {
                    NdArray other = Samples.random(DataType.FLOAT64, new Random(i), 3000);
                    assertThat(Samples.bits(chain.decode(chain.encode(other), DataType.FLOAT64, 3000)))
                            .isEqualTo(Samples.bits(other));
                }
                assertThat(encoded.bytes())
                        .as("%s, seed %d", entry.getKey(), SEED)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void afterClosingThereAreNoBytes() {
        CodecChain chain = CodecChain.uncompressed(DataType.INT32);
        EncodedChunk encoded =
                chain.encodeForStoring(NdBox.whole(NdArray.of(new int[4], 4)), FillValue.zero(DataType.INT32));
        encoded.close();
        encoded.close();

        assertThatIllegalStateException().isThrownBy(encoded::bytes);
    }

    /** Closing twice must not give the memory to two users. */
    @Test
    void closingAgainGivesNothingBackAgain() {
        int[] releases = new int[1];
        EncodedChunk encoded = new EncodedChunk(ByteBuffer.allocate(4), () -> releases[0]++);
        encoded.close();
        encoded.close();

        assertThat(releases[0]).isEqualTo(1);
    }

    @Test
    void aChunkBeyondWhatIsKeptIsEncodedAllTheSame() {
        byte[] elements = new byte[DirectBuffers.LARGEST_KEPT_BYTES + 3];
        new Random(SEED).nextBytes(elements);
        NdArray chunk = NdArray.of(elements, elements.length);
        FillValue fill = FillValue.zero(DataType.INT8);
        try (EncodedChunk plain = CodecChain.uncompressed(DataType.INT8).encodeForStoring(NdBox.whole(chunk), fill);
                EncodedChunk checked =
                        CodecChain.of(Codec.bytes(), Codec.crc32c()).encodeForStoring(NdBox.whole(chunk), fill)) {
            assertThat(plain.bytes()).isEqualTo(ByteBuffer.wrap(elements));
            assertThat(checked.bytes().limit(elements.length)).isEqualTo(ByteBuffer.wrap(elements));
        }
    }

    @Test
    void decodingIntoABlockRefusesAnotherNumberOfBytes() {
        for (Codec[] codecs : new Codec[][] {
            {Codec.bytes(Endian.BIG)},
            {Codec.bytes(Endian.LITTLE), Codec.zstd(1)},
            {Codec.transpose(0), Codec.bytes(Endian.LITTLE)}
        }) {
            CodecChain chain = CodecChain.of(codecs);
            ByteBuffer four = chain.encode(NdArray.of(new int[4], 4));
            NdArray block = NdArray.of(new int[9], 9);

            assertThatExceptionOfType(CorruptChunkException.class)
                    .isThrownBy(() ->
                            chain.decodeInto(four, FillValue.zero(DataType.INT32), NdBox.of(block, new int[] {2}, 5)));
        }
    }

    @Test
    void refusesWhatDoesNotFitTheArray() {
        ArrayMetadata metadata = ArrayMetadata.builder(DataType.INT32, new long[] {10}, new long[] {4})
                .build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.encodeChunkFrom(new long[] {0}, NdArray.of(new long[4], 4), 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.encodeChunkFrom(new long[] {0}, NdArray.of(new int[4], 2, 2), 0, 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> metadata.encodeChunkFrom(new long[] {0}, NdArray.of(new int[6], 6), 3));
        ByteBuffer stored = metadata.encodeChunk(NdArray.of(new int[4], 4));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> metadata.decodeChunkInto(new long[] {0}, stored, NdArray.of(new long[4], 4), 0));
        assertThatExceptionOfType(IndexOutOfBoundsException.class)
                .isThrownBy(() -> metadata.decodeChunkInto(new long[] {0}, stored, NdArray.of(new int[6], 6), 3));
    }
}
