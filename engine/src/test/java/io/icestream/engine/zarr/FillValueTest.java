package io.icestream.engine.zarr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class FillValueTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "BOOL | true | true",
                "INT8 | -128 | -128",
                "INT16 | 3.0 | 3",
                "UINT8 | 255 | 255",
                "UINT64 | 18446744073709551615 | 18446744073709551615",
                "INT64 | -9223372036854775808 | -9223372036854775808",
                "FLOAT16 | 0.1 | 0.0999755859375",
                "FLOAT16 | 1e9 | \"Infinity\"",
                "FLOAT16 | \"0x7e01\" | \"0x7e01\"",
                "FLOAT16 | \"0x3c00\" | 1.0",
                "FLOAT32 | 0.1 | 0.1",
                "FLOAT32 | 1 | 1.0",
                "FLOAT32 | \"NaN\" | \"NaN\"",
                "FLOAT32 | \"0x7fc00000\" | \"NaN\"",
                "FLOAT32 | \"0xffc00001\" | \"0xffc00001\"",
                "FLOAT32 | \"0x7f800001\" | \"0x7f800001\"",
                "FLOAT32 | \"-Infinity\" | \"-Infinity\"",
                "FLOAT64 | -0.0 | -0.0",
                "FLOAT64 | \"0x7ff8000000000000\" | \"NaN\"",
                "FLOAT64 | \"0x7ff0000000000001\" | \"0x7ff0000000000001\"",
                "FLOAT64 | \"Infinity\" | \"Infinity\"",
                "COMPLEX64 | [1, 2] | [1.0,2.0]",
                "COMPLEX64 | [\"-Infinity\", \"NaN\"] | [\"-Infinity\",\"NaN\"]",
                "COMPLEX128 | [\"0x7ff8000000000001\", 0.5] | [\"0x7ff8000000000001\",0.5]",
                "STRING | \"\" | \"\"",
                "STRING | \"NaN\" | \"NaN\"",
            })
    void readsEveryForm(DataType type, String json, String canonical) throws JsonProcessingException {
        FillValue fill = FillValue.parse(type, json(json));

        assertThat(fill.toJson()).hasToString(canonical);
        assertThat(FillValue.parse(type, fill.toJson())).isEqualTo(fill);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "BOOL | 0",
                "BOOL | \"true\"",
                "INT8 | 128",
                "INT8 | -129",
                "UINT8 | -1",
                "UINT64 | 18446744073709551616",
                "INT32 | 1.5",
                "INT32 | \"1\"",
                "INT32 | null",
                "INT32 | true",
                "FLOAT32 | \"nan\"",
                "FLOAT32 | \"0x7fc0\"",
                "FLOAT64 | \"0x7fc00000\"",
                "FLOAT64 | \"0x7ff800000000000g\"",
                "FLOAT64 | [1]",
                "FLOAT64 | null",
                "COMPLEX64 | 1",
                "COMPLEX64 | [1]",
                "COMPLEX64 | [1,2,3]",
                "COMPLEX64 | [1,\"x\"]",
                "STRING | 0",
                "STRING | null"
            })
    void refusesOtherValues(DataType type, String json) {
        assertThatThrownBy(() -> FillValue.parse(type, json(json)))
                .isInstanceOf(InvalidMetadataException.class)
                .hasMessageStartingWith("Invalid Zarr metadata at fill_value");
    }

    private static JsonNode json(String text) throws JsonProcessingException {
        return new ObjectMapper().readTree(text);
    }

    @ParameterizedTest
    @MethodSource("io.icestream.engine.zarr.Samples#types")
    void detectsBlocksOfNothingElse(DataType type) {
        Random random = new Random(3);
        for (int round = 0; round < 20; round++) {
            NdArray value = Samples.random(type, random);
            FillValue fill = FillValue.parse(type, value.jsonAt(0));
            NdArray block = NdArray.filled(fill, 5, 7);
            assertThat(fill.fills(block))
                    .as("seed 3, round %d, %s", round, fill)
                    .isTrue();
            assertThat(Samples.bits(block.copyOfRegion(new int[] {2, 3}, 1, 1)))
                    .isEqualTo(Samples.bits(value.reshaped(1, 1)));
            NdArray other = differing(type, fill);
            other.copyRegion(new int[2], block, new int[] {random.nextInt(5), random.nextInt(7)}, new int[] {1, 1});
            assertThat(fill.fills(block))
                    .as("seed 3, round %d, %s", round, fill)
                    .isFalse();
        }
    }

    private static NdArray differing(DataType type, FillValue fill) {
        NdArray zero = NdArray.filled(FillValue.zero(type), 1, 1);
        if (!fill.fills(zero)) {
            return zero;
        }
        if (type.equals(DataType.BOOL)) {
            return NdArray.filled(FillValue.of(true), 1, 1);
        }
        return NdArray.filled(FillValue.of(Samples.random(type, new Random(5))), 1, 1);
    }

    @Test
    void takesAllNanForOneAndTellsZerosApart() {
        FillValue nan = FillValue.nan(DataType.FLOAT64);
        assertThat(nan.fills(NdArray.of(new double[] {Double.NaN, Double.longBitsToDouble(0xfff8000000000000L)}, 2)))
                .isTrue();
        assertThat(nan.fills(NdArray.of(new double[] {Double.NaN, 0}, 2))).isFalse();
        assertThat(FillValue.nan(DataType.FLOAT16)
                        .fills(NdArray.of(DataType.FLOAT16, new short[] {0x7e01, (short) 0xfe00}, 2)))
                .isTrue();
        FillValue zero = FillValue.of(DataType.FLOAT32, 0.0);
        assertThat(zero.fills(NdArray.of(new float[] {0f, -0f}, 2))).isFalse();
        assertThat(FillValue.nan(DataType.COMPLEX64)
                        .fills(NdArray.of(DataType.COMPLEX64, new float[] {Float.NaN, 0}, 1)))
                .isFalse();
    }

    @Test
    void makesValuesOfNumbers() {
        assertThat(FillValue.of(DataType.UINT64, -1L).toJson()).hasToString("18446744073709551615");
        assertThat(FillValue.of(DataType.COMPLEX128, 2.5).toJson()).hasToString("[2.5,0.0]");
        assertThat(FillValue.of(DataType.FLOAT32, Double.NEGATIVE_INFINITY).asDouble())
                .isEqualTo(Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> FillValue.of(DataType.INT16, 40000)).isInstanceOf(InvalidMetadataException.class);
        assertThatThrownBy(() -> FillValue.nan(DataType.INT16)).isInstanceOf(InvalidMetadataException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "FLOAT32, NaN, '\"AAAAAAAA+H8=\"'",
        "FLOAT64, NaN, '\"AAAAAAAA+H8=\"'",
        "FLOAT16, 0, '\"AAAAAAAAAAA=\"'",
        "COMPLEX64, 0, '[\"AAAAAAAAAAA=\",\"AAAAAAAAAAA=\"]'",
        "INT16, -9, -9",
        "UINT8, 255, 255"
    })
    void encodesTheAttributeAsXarrayDoes(DataType type, double value, String expected) {
        assertThat(XarrayFillValue.encode(FillValue.of(type, value))).hasToString(expected);
    }

    /** An array that is new has that value without being filled. */
    @Test
    void knowsWhetherItIsWhatNewArraysHold() {
        for (DataType type : Samples.types()) {
            assertThat(FillValue.zero(type).isAsAllocated()).as(type.toString()).isTrue();
        }
        assertThat(FillValue.of(NdArray.of(new double[] {-0.0})).isAsAllocated())
                .isFalse();
        assertThat(FillValue.of(NdArray.of(new double[] {Double.NaN})).isAsAllocated())
                .isFalse();
        assertThat(FillValue.of(NdArray.of(new String[] {"x"})).isAsAllocated()).isFalse();
        assertThat(NdArray.filled(FillValue.of(NdArray.of(new double[] {-0.0})), 3)
                        .doubles())
                .containsExactly(-0.0, -0.0, -0.0);
    }
}
