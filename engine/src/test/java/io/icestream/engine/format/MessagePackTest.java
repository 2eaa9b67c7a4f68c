package io.icestream.engine.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigInteger;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** MessagePack: the bytes of the specification, every width when reading, what JSON cannot express, and damage. */
class MessagePackTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null | c0",
                "false | c2",
                "true | c3",
                "0 | 00",
                "127 | 7f",
                "128 | cc80",
                "255 | ccff",
                "256 | cd0100",
                "65535 | cdffff",
                "65536 | ce00010000",
                "4294967295 | ceffffffff",
                "4294967296 | cf0000000100000000",
                "18446744073709551615 | cfffffffffffffffff",
                "-1 | ff",
                "-32 | e0",
                "-33 | d0df",
                "-128 | d080",
                "-129 | d1ff7f",
                "-32768 | d18000",
                "-32769 | d2ffff7fff",
                "-2147483648 | d280000000",
                "-2147483649 | d3ffffffff7fffffff",
                "-9223372036854775808 | d38000000000000000",
                "1.5 | cb3ff8000000000000",
                "\"\" | a0",
                "\"aé\" | a361c3a9",
                "[] | 90",
                "[1,[true]] | 920191c3",
                "{} | 80",
                "{\"is_root\":true} | 81a769735f726f6f74c3"
            })
    void writesAndReadsTheFormsOfTheReference(String json, String hex) throws JsonProcessingException {
        JsonNode value = FlexBuffers.normal(MAPPER.readTree(json));

        assertThat(HexFormat.of().formatHex(MessagePack.encode(value).toByteArray()))
                .isEqualTo(hex);
        assertThat(decode(hex)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({
        "cf0000000000000007, 7",
        "d00000, -",
        "d30000000000000007, 7",
        "d1fffe, -2",
        "d2fffffffe, -2",
        "ca3fc00000, 1.5",
        "da000161, \"a\"",
        "db0000000161, \"a\"",
        "d90161, \"a\"",
        "dc000101, [1]",
        "dd0000000101, [1]",
        "de0001a16101, {\"a\":1}",
        "df00000001d9016101, {\"a\":1}",
        "cb7ff8000000000000, null"
    })
    void readsEveryWidth(String hex, String json) throws JsonProcessingException {
        if (json.equals("-")) {
            assertThatThrownBy(() -> decode(hex)).isInstanceOf(CorruptObjectException.class);
        } else {
            assertThat(decode(hex)).isEqualTo(FlexBuffers.normal(MAPPER.readTree(json)));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', more bytes",
        "c1, that JSON can express",
        "c403616263, that JSON can express",
        "d60000000000, that JSON can express",
        "8101c3, that JSON can express",
        "c0c0, 1 more bytes",
        "a561, 5 bytes",
        "9f, 15 elements",
        "dfffffffff, 4294967295 elements",
        "ddffffffff, 4294967295 elements",
        "dbffffffff, 4294967295 bytes",
        "cf00, more bytes",
        "a1ff, UTF-8"
    })
    void refusesWhatIsNoJson(String hex, String message) {
        assertThatThrownBy(() -> decode(hex))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining(message);
        assertThatThrownBy(() -> decode("91".repeat(200) + "c0"))
                .isInstanceOf(CorruptObjectException.class)
                .hasMessageContaining("levels of nesting");
    }

    @Test
    void keepsLongTextsAndLists() {
        for (int length : new int[] {15, 16, 31, 32, 255, 256, 65_535, 65_536}) {
            ArrayNode list = JSON.arrayNode();
            for (int i = 0; i < length; i++) {
                list.add(i);
            }
            assertSame(list);
            assertSame(JSON.textNode("x".repeat(length)));
            assertSame(JSON.objectNode().put("y".repeat(length), 1));
        }
    }

    @Test
    void keepsWhatChanceMakes() {
        for (long seed = 1; seed <= 300; seed++) {
            JsonNode value = FlexBuffers.normal(value(new Random(seed), 4));
            assertThat(MessagePack.decode(MessagePack.encode(value), "x"))
                    .as("seed " + seed)
                    .isEqualTo(value);
        }
    }

    @Test
    void survivesDamage() {
        Random random = new Random(5);
        byte[] whole = MessagePack.encode(value(new Random(11), 5)).toByteArray();
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = whole.clone();
            damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            try {
                MessagePack.decode(Bytes.wrap(damaged), "x");
            } catch (CorruptObjectException expected) {
                assertThat(expected).hasMessageContaining("x");
            }
        }
    }

    private static void assertSame(JsonNode value) {
        assertThat(MessagePack.decode(MessagePack.encode(value), "x")).isEqualTo(value);
    }

    private static JsonNode value(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> JSON.nullNode();
            case 1 -> JSON.booleanNode(random.nextBoolean());
            case 2 -> JSON.numberNode(new BigInteger(1 + random.nextInt(63), random).subtract(BigInteger.TEN));
            case 3 -> JSON.numberNode(random.nextGaussian());
            case 4 -> JSON.textNode("t\u00e9\ud83e\uddca".repeat(random.nextInt(12)));
            case 5 -> {
                ArrayNode list = JSON.arrayNode();
                for (int i = random.nextInt(20); i > 0; i--) {
                    list.add(value(random, depth - 1));
                }
                yield list;
            }
            default -> {
                var map = JSON.objectNode();
                for (int i = random.nextInt(20); i > 0; i--) {
                    map.set("k" + i, value(random, depth - 1));
                }
                yield map;
            }
        };
    }

    private static JsonNode decode(String hex) {
        return MessagePack.decode(Bytes.wrap(HexFormat.of().parseHex(hex)), "x");
    }
}
