package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;

/** Decodes one value of {@link MessagePack}; every place is checked before it is read. Belongs to one thread. */
final class MessagePackReader {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 128;

    private final FlatReader bytes;
    private int position;
    private int depth;

    MessagePackReader(Bytes buffer, String object) {
        bytes = new FlatReader(buffer.array(), object);
    }

    JsonNode read() {
        JsonNode value = value();
        if (position != bytes.size()) {
            throw bytes.corrupt(position, "the end of a MessagePack value", bytes.size() - position + " more bytes");
        }
        return value;
    }

    private JsonNode value() {
        int type = next();
        if (type < MessagePack.FIXED_MAP) {
            return FlexBuffers.integer(type);
        }
        if (type >= MessagePack.FIXED_NEGATIVE) {
            return FlexBuffers.integer((byte) type);
        }
        if (type < MessagePack.FIXED_ARRAY) {
            return map(type & 0x0F);
        }
        if (type < MessagePack.FIXED_TEXT) {
            return array(type & 0x0F);
        }
        return type < MessagePack.NIL ? JSON.textNode(text(type & 0x1F)) : marked(type);
    }

    private JsonNode marked(int type) {
        return switch (type) {
            case MessagePack.NIL -> JSON.nullNode();
            case MessagePack.FALSE -> JSON.booleanNode(false);
            case MessagePack.TRUE -> JSON.booleanNode(true);
            case MessagePack.FLOAT32 -> MessagePack.floating(Float.intBitsToFloat((int) number(4)));
            case MessagePack.FLOAT64 -> MessagePack.floating(Double.longBitsToDouble(number(8)));
            case MessagePack.UINT8, MessagePack.UINT8 + 1, MessagePack.UINT8 + 2 ->
                FlexBuffers.integer(number(1 << (type - MessagePack.UINT8)));
            case MessagePack.UINT8 + 3 -> unsigned(number(8));
            case MessagePack.INT8 -> FlexBuffers.integer((byte) number(1));
            case MessagePack.INT8 + 1 -> FlexBuffers.integer((short) number(2));
            case MessagePack.INT8 + 2 -> FlexBuffers.integer(number(4) << 32 >> 32);
            case MessagePack.INT8 + 3 -> FlexBuffers.integer(number(8));
            case MessagePack.ARRAY16, MessagePack.ARRAY16 + 1 -> array(number(2 << (type - MessagePack.ARRAY16)));
            case MessagePack.MAP16, MessagePack.MAP16 + 1 -> map(number(2 << (type - MessagePack.MAP16)));
            default -> JSON.textNode(longText(type));
        };
    }

    private String longText(int type) {
        if (type < MessagePack.STR8 || type > MessagePack.STR8 + 2) {
            throw bytes.corrupt(
                    position - 1L, "a MessagePack value that JSON can express", "type " + Integer.toHexString(type));
        }
        return text(number(1 << (type - MessagePack.STR8)));
    }

    private ArrayNode array(long length) {
        enter(length, 1);
        ArrayNode array = JSON.arrayNode();
        for (long i = 0; i < length; i++) {
            array.add(value());
        }
        depth--;
        return array;
    }

    private ObjectNode map(long length) {
        enter(length, 2);
        ObjectNode object = JSON.objectNode();
        for (long i = 0; i < length; i++) {
            String name = key();
            object.set(name, value());
        }
        depth--;
        return object;
    }

    private String key() {
        int type = next();
        return type >= MessagePack.FIXED_TEXT && type < MessagePack.NIL ? text(type & 0x1F) : longText(type);
    }

    /** Each element takes a byte at least, so that a length cannot promise more than the buffer has. */
    private void enter(long length, int elementBytes) {
        if (length * elementBytes > bytes.size() - position) {
            throw bytes.corrupt(position, "elements within the " + bytes.size() + " bytes", length + " elements");
        }
        if (++depth > MAX_DEPTH) {
            throw bytes.corrupt(position, "at most " + MAX_DEPTH + " levels of nesting", "more");
        }
    }

    private String text(long length) {
        if (length > bytes.size() - position) {
            throw bytes.corrupt(position, "a text within the " + bytes.size() + " bytes", length + " bytes");
        }
        String text = bytes.text(position, (int) length);
        position += (int) length;
        return text;
    }

    private static JsonNode unsigned(long value) {
        return value >= 0 ? FlexBuffers.integer(value) : JSON.numberNode(new BigInteger(Long.toUnsignedString(value)));
    }

    private int next() {
        return bytes.u8(position++);
    }

    /** Big endian, without sign. */
    private long number(int width) {
        long value = 0;
        for (int i = 0; i < width; i++) {
            value = value << 8 | next();
        }
        return value;
    }
}
