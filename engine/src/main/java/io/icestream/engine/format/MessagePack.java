package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.util.Map;

/**
 * JSON values as MessagePack, the encoding of metadata values in files of version 1.
 *
 * <p>Written are the forms that the reference implementation gives a value: each integer in the shortest form, non-negative
 * ones unsigned; floats in 8 bytes; texts, arrays and maps with the shortest length. Read are these and every other width;
 * binary values, extensions and keys that are no texts have no counterpart in JSON and are refused, as there.
 *
 * <p>Source: MessagePack specification, formats.
 */
final class MessagePack {
    static final int NIL = 0xC0;
    static final int FALSE = 0xC2;
    static final int TRUE = 0xC3;
    static final int FLOAT32 = 0xCA;
    static final int FLOAT64 = 0xCB;
    static final int UINT8 = 0xCC;
    static final int INT8 = 0xD0;
    static final int STR8 = 0xD9;
    static final int STR16 = 0xDA;
    static final int ARRAY16 = 0xDC;
    static final int MAP16 = 0xDE;
    static final int FIXED_MAP = 0x80;
    static final int FIXED_ARRAY = 0x90;
    static final int FIXED_TEXT = 0xA0;
    static final int FIXED_NEGATIVE = 0xE0;

    private final DataOutputStream out;

    private MessagePack(DataOutputStream out) {
        this.out = out;
    }

    /**
     * Encodes a value.
     *
     * @throws IllegalArgumentException as for {@link FlexBuffers#encode}
     */
    static Bytes encode(JsonNode value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            new MessagePack(out).write(FlexBuffers.normal(value));
        } catch (IOException e) {
            throw new UncheckedIOException("A buffer in memory cannot fail", e);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    /**
     * Decodes a value.
     *
     * @param object what to call the buffer in errors
     * @throws CorruptObjectException if the bytes are no such value
     */
    static JsonNode decode(Bytes buffer, String object) {
        return new MessagePackReader(buffer, object).read();
    }

    private void write(JsonNode value) throws IOException {
        switch (value.getNodeType()) {
            case NULL -> out.writeByte(NIL);
            case BOOLEAN -> out.writeByte(value.booleanValue() ? TRUE : FALSE);
            case NUMBER -> writeNumber(value);
            case STRING -> writeText(value.textValue());
            case ARRAY -> {
                writeLength(value.size(), FIXED_ARRAY, 15, ARRAY16);
                for (JsonNode element : value) {
                    write(element);
                }
            }
            case OBJECT -> {
                writeLength(value.size(), FIXED_MAP, 15, MAP16);
                for (Map.Entry<String, JsonNode> member : value.properties()) {
                    writeText(member.getKey());
                    write(member.getValue());
                }
            }
            case BINARY, MISSING, POJO ->
                throw new IllegalArgumentException("Cannot encode " + value.getNodeType() + " as JSON");
        }
    }

    private void writeNumber(JsonNode value) throws IOException {
        if (!value.isIntegralNumber()) {
            out.writeByte(FLOAT64);
            out.writeDouble(value.doubleValue());
        } else if (!value.canConvertToLong() || value.longValue() >= 0) {
            writeUnsigned(value.bigIntegerValue());
        } else {
            writeNegative(value.longValue());
        }
    }

    private void writeUnsigned(BigInteger value) throws IOException {
        int bits = value.bitLength();
        if (bits <= 7) {
            out.writeByte(value.intValue());
        } else {
            int width = bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
            out.writeByte(UINT8 + width);
            writeBytes(value.longValue(), 1 << width);
        }
    }

    private void writeNegative(long value) throws IOException {
        if (value >= -32) {
            out.writeByte((int) value);
        } else {
            int bits = 65 - Long.numberOfLeadingZeros(~value);
            int width = bits <= 8 ? 0 : bits <= 16 ? 1 : bits <= 32 ? 2 : 3;
            out.writeByte(INT8 + width);
            writeBytes(value, 1 << width);
        }
    }

    private void writeBytes(long value, int count) throws IOException {
        for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) {
            out.writeByte((int) (value >>> shift));
        }
    }

    private void writeText(String text) throws IOException {
        byte[] bytes = FlatWriter.encode(text);
        if (bytes.length > 31 && bytes.length <= 0xFF) {
            out.writeByte(STR8);
            out.writeByte(bytes.length);
        } else {
            writeLength(bytes.length, FIXED_TEXT, 31, STR16);
        }
        out.write(bytes);
    }

    /** The length in the type byte, or in 2 bytes after {@code type16}, or in 4 after the next type. */
    private void writeLength(int length, int fixed, int greatestFixed, int type16) throws IOException {
        if (length <= greatestFixed) {
            out.writeByte(fixed | length);
        } else if (length <= 0xFFFF) {
            out.writeByte(type16);
            out.writeShort(length);
        } else {
            out.writeByte(type16 + 1);
            out.writeInt(length);
        }
    }

    static JsonNode floating(double value) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return Double.isFinite(value) ? json.numberNode(value) : json.nullNode();
    }
}
