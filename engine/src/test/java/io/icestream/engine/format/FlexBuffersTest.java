package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BinaryNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON as FlexBuffers: known bytes, every type code, generated values, and damage. */
class FlexBuffersTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** The first two are what the reference implementation writes, the others follow from the description of the encoding. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"is_root\":true} | 69735f726f6f7400 01 09 01 01 01 01 68 02 24 01",
                "true | 01 68 01",
                "null | 00 00 01",
                "7 | 07 08 01",
                "300 | 2c01 09 02",
                "-1 | ff 04 01",
                "1.5 | 0000c03f 0e 04",
                "0.1 | 9a9999999999b93f 0f 08",
                "\"hi\" | 02 686900 03 14 01",
                "[] | 00 00 28 01",
                "[1,2] | 01 02 02 44 01",
                "[1,2,300] | 0100 0200 2c01 06 51 01",
                "[0.5,1.5,2.5,3.5] | 0000003f 0000c03f 00002040 00006040 10 62 01",
                "[-1,-2] | ff fe 02 40 01",
                "[1] | 01 01 01 30 01",
                "[1,2,3,4,5] | 05 01 02 03 04 05 05 30 01",
                "[true,false] | 02 01 00 02 90 01",
                "[1,-1] | 02 01 ff 08 04 04 28 01"
            })
    void writesKnownBytes(String json, String hex) throws JsonProcessingException {
        Bytes bytes = Bytes.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThat(FlexBuffers.encode(JSON.readTree(json)).toByteArray()).isEqualTo(bytes.toByteArray());
        assertThat(FlexBuffers.decode(bytes, "test")).isEqualTo(JSON.readTree(json));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"key\" | 6b657900 04 10 01",
                "-2 | fe 01 18 01",
                "200 | c8 01 1c 01",
                "1.5 | 0000c03f 04 22 01",
                "[\"a\",\"b\"] | 6100 6200 02 05 04 02 38 01",
                "[\"a\",\"b\"] | 016100 016200 02 06 04 02 3c 01",
                "[1,2,3] | 01 02 03 03 4c 01",
                "[-1,2,3,4] | ff 02 03 04 04 58 01",
                "[1.5,2.5] | 000000000000f83f 0000000000000440 10 4b 01"
            })
    void readsWhatItDoesNotWrite(String json, String hex) throws JsonProcessingException {
        Bytes bytes = Bytes.wrap(HexFormat.of().parseHex(hex.replace(" ", "")));
        assertThat(FlexBuffers.decode(bytes, "test")).isEqualTo(JSON.readTree(json));
    }

    @Test
    void keepsBlobs() {
        JsonNode blob = BinaryNode.valueOf(new byte[] {1, 2, 3});
        assertThat(FlexBuffers.decode(FlexBuffers.encode(blob), "test")).isEqualTo(blob);
    }

    @Test
    void sortsKeysByUnsignedBytes() throws JsonProcessingException {
        String json = "{\"é\":1,\"a\":2,\"\uFFFD\":3,\"\uD83E\uDDCA\":4,\"z\":5}";
        JsonNode decoded = FlexBuffers.decode(FlexBuffers.encode(JSON.readTree(json)), "test");
        assertThat(decoded.fieldNames()).toIterable().containsExactly("a", "z", "é", "\uFFFD", "\uD83E\uDDCA");
    }

    @Test
    void holdsEveryIntegerOfSixtyFourBits() {
        BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        for (int bit = 0; bit < 64; bit++) {
            for (int around = -1; around <= 1; around++) {
                BigInteger value = BigInteger.ONE.shiftLeft(bit).add(BigInteger.valueOf(around));
                check(BigIntegerNode.valueOf(value), value);
                if (value.bitLength() < 64) {
                    check(BigIntegerNode.valueOf(value.negate()), value.negate());
                }
            }
        }
        check(BigIntegerNode.valueOf(most), most);
        assertThatThrownBy(() -> FlexBuffers.encode(BigIntegerNode.valueOf(most.add(BigInteger.ONE))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static void check(JsonNode node, BigInteger value) {
        assertThat(FlexBuffers.decode(FlexBuffers.encode(node), "test").bigIntegerValue())
                .isEqualTo(value);
    }

    @Test
    void turnsWhatJsonCannotSayIntoNull() {
        assertThat(FlexBuffers.decode(FlexBuffers.encode(DoubleNode.valueOf(Double.NaN)), "test"))
                .isEqualTo(JsonNodeFactory.instance.nullNode());
    }

    @Test
    void generatedValuesSurvive() {
        for (long seed = 1; seed <= 2000; seed++) {
            JsonNode value = RandomValues.json(new SplittableRandom(seed), 4);
            assertThat(FlexBuffers.decode(FlexBuffers.encode(value), "test"))
                    .as("seed %d", seed)
                    .isEqualTo(FlexBuffers.normal(value));
        }
    }

    @Test
    void damageEndsInAnErrorOrAValue() {
        for (long seed = 1; seed <= 150; seed++) {
            byte[] bytes = FlexBuffers.encode(RandomValues.json(new SplittableRandom(seed), 3))
                    .toByteArray();
            for (int bit = 0; bit < Math.min(bytes.length, 300) * 8; bit++) {
                byte[] damaged = bytes.clone();
                damaged[bit / 8] ^= (byte) (1 << (bit % 8));
                decodeOrFail(damaged);
            }
            for (int length = 0; length < Math.min(bytes.length, 300); length++) {
                decodeOrFail(Arrays.copyOf(bytes, length));
                decodeOrFail(Arrays.copyOfRange(bytes, bytes.length - length, bytes.length));
            }
        }
    }

    private static void decodeOrFail(byte[] bytes) {
        try {
            FlexBuffers.encode(FlexBuffers.decode(Bytes.wrap(bytes), "test"));
        } catch (CorruptObjectException e) {
            assertThat(e.object()).isEqualTo("test");
        }
    }

    /** Each vector refers twice to the one before it: a kilobyte would become more than 2^60 values. */
    @Test
    void refusesValuesThatUnfoldWithoutEnd() {
        byte[] bytes = new byte[4 + 5 * 100 + 3];
        int place = 1;
        int previous = 1;
        for (int i = 0; i < 100; i++) {
            bytes[place] = 2;
            bytes[place + 1] = (byte) (place + 1 - previous);
            bytes[place + 2] = (byte) (place + 2 - previous);
            bytes[place + 3] = FlexType.VECTOR << 2;
            bytes[place + 4] = FlexType.VECTOR << 2;
            previous = place + 1;
            place += 5;
        }
        bytes[place] = (byte) (place - previous);
        bytes[place + 1] = FlexType.VECTOR << 2;
        bytes[place + 2] = 1;
        byte[] buffer = Arrays.copyOf(bytes, place + 3);
        assertThatThrownBy(() -> FlexBuffers.decode(Bytes.wrap(buffer), "test"))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("in proportion");
    }
}
