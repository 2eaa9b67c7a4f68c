package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;

/** Decodes one buffer of {@link FlexBuffers}; every place is checked before it is read. Belongs to one thread. */
final class FlexReader {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final int MAX_DEPTH = 128;
    private static final int NODE_CHARGE_BYTES = 16;

    private final FlatReader bytes;
    private int depth;

    FlexReader(Bytes buffer, String object) {
        bytes = new FlatReader(buffer.array(), object);
    }

    JsonNode read() {
        int size = bytes.size();
        if (size < 3) {
            throw bytes.corrupt(0, "a FlexBuffers value of at least 3 bytes", size + " bytes");
        }
        int width = bytes.u8(size - 1);
        if (width != 1 && width != 2 && width != 4 && width != 8) {
            throw bytes.corrupt(size - 1L, "a width of 1, 2, 4 or 8", Integer.toString(width));
        }
        int packed = bytes.u8(size - 2);
        return value(size - 2 - width, width, packed >>> 2, 1 << (packed & 3));
    }

    /**
     * Reads what a slot stands for.
     *
     * @param slot where the slot is
     * @param slotWidth its width
     * @param type type of the value
     * @param width width of what the slot refers to
     */
    private JsonNode value(int slot, int slotWidth, int type, int width) {
        bytes.charge(NODE_CHARGE_BYTES, slot);
        return switch (type) {
            case FlexType.NULL -> JSON.nullNode();
            case FlexType.INT -> FlexBuffers.integer(signed(slot, slotWidth));
            case FlexType.UINT -> unsignedNode(slot, slotWidth);
            case FlexType.FLOAT -> floating(slot, slotWidth);
            case FlexType.BOOL -> JSON.booleanNode(unsigned(slot, slotWidth) != 0);
            default -> referred(target(slot, slotWidth), type, width);
        };
    }

    private JsonNode referred(int target, int type, int width) {
        return switch (type) {
            case FlexType.KEY -> JSON.textNode(key(target));
            case FlexType.STRING -> JSON.textNode(string(target, width));
            case FlexType.INDIRECT_INT -> FlexBuffers.integer(signed(target, width));
            case FlexType.INDIRECT_UINT -> unsignedNode(target, width);
            case FlexType.INDIRECT_FLOAT -> floating(target, width);
            case FlexType.BLOB -> JSON.binaryNode(bytes.copy(target, length(target, width, 1)));
            default -> nested(target, type, width);
        };
    }

    private JsonNode nested(int target, int type, int width) {
        if (++depth > MAX_DEPTH) {
            throw bytes.corrupt(target, "at most " + MAX_DEPTH + " levels of nesting", "more");
        }
        JsonNode node = container(target, type, width);
        depth--;
        return node;
    }

    private JsonNode container(int target, int type, int width) {
        if (type == FlexType.MAP) {
            return map(target, width);
        }
        if (type == FlexType.VECTOR) {
            return vector(target, width);
        }
        if (type >= FlexType.VECTOR_INT && type <= FlexType.VECTOR_STRING) {
            int element = type - FlexType.VECTOR_INT + FlexType.INT;
            return typedVector(target, width, element, length(target, width, width));
        }
        if (type >= FlexType.VECTOR_INT2 && type <= FlexType.VECTOR_FLOAT4) {
            int element = (type - FlexType.VECTOR_INT2) % 3 + FlexType.INT;
            return typedVector(target, width, element, (type - FlexType.VECTOR_INT2) / 3 + 2);
        }
        if (type == FlexType.VECTOR_BOOL) {
            return typedVector(target, width, FlexType.BOOL, length(target, width, width));
        }
        throw bytes.corrupt(target, "a known FlexBuffers type", "type " + type);
    }

    private ArrayNode typedVector(int target, int width, int elementType, int length) {
        ArrayNode array = JSON.arrayNode();
        for (int i = 0; i < length; i++) {
            array.add(value(target + i * width, width, elementType, 1));
        }
        return array;
    }

    private ArrayNode vector(int target, int width) {
        int length = length(target, width, width + 1);
        ArrayNode array = JSON.arrayNode();
        for (int i = 0; i < length; i++) {
            array.add(element(target, width, length, i));
        }
        return array;
    }

    private JsonNode element(int target, int width, int length, int index) {
        int packed = bytes.u8(target + length * width + index);
        return value(target + index * width, width, packed >>> 2, 1 << (packed & 3));
    }

    private ObjectNode map(int target, int width) {
        int length = length(target, width, width + 1);
        int keysSlot = back(target, 3L * width);
        int keys = target(keysSlot, width);
        long keysWidth = unsigned(target - 2 * width, width);
        if (keysWidth != 1 && keysWidth != 2 && keysWidth != 4 && keysWidth != 8) {
            throw bytes.corrupt(target - 2L * width, "a key width of 1, 2, 4 or 8", Long.toUnsignedString(keysWidth));
        }
        int keyWidth = (int) keysWidth;
        if (length(keys, keyWidth, keyWidth) != length) {
            throw bytes.corrupt(keys, "as many keys as values, " + length, "another number");
        }
        ObjectNode object = JSON.objectNode();
        for (int i = 0; i < length; i++) {
            String name = key(target(keys + i * keyWidth, keyWidth));
            object.set(name, element(target, width, length, i));
        }
        return object;
    }

    private String string(int target, int width) {
        int length = length(target, width, 1);
        bytes.charge(length, target);
        return bytes.text(target, length);
    }

    /** Text up to a NUL. */
    private String key(int target) {
        int end = target;
        while (bytes.u8(end) != 0) {
            end++;
        }
        bytes.charge((long) end - target, target);
        return bytes.text(target, end - target);
    }

    /** The length that stands before {@code target}; so many elements are known to lie in the buffer. */
    private int length(int target, int width, int elementSizeBytes) {
        long length = unsigned(back(target, width), width);
        if (length < 0 || length > (bytes.size() - target) / elementSizeBytes) {
            throw bytes.corrupt(
                    target,
                    "elements that end within the " + bytes.size() + " bytes",
                    Long.toUnsignedString(length) + " elements of " + elementSizeBytes + " bytes");
        }
        return (int) length;
    }

    private int target(int slot, int width) {
        return back(slot, unsigned(slot, width));
    }

    private int back(int position, long distance) {
        if (distance < 0 || distance > position) {
            throw bytes.corrupt(position, "an offset back into the buffer", Long.toUnsignedString(distance));
        }
        return (int) (position - distance);
    }

    private JsonNode unsignedNode(int position, int width) {
        long value = unsigned(position, width);
        return value >= 0 ? FlexBuffers.integer(value) : JSON.numberNode(new BigInteger(Long.toUnsignedString(value)));
    }

    private long unsigned(int position, int width) {
        return switch (width) {
            case 1 -> bytes.u8(position);
            case 2 -> bytes.u16(position);
            case 4 -> bytes.u32(position);
            default -> bytes.i64(position);
        };
    }

    private long signed(int position, int width) {
        return switch (width) {
            case 1 -> (byte) bytes.u8(position);
            case 2 -> (short) bytes.u16(position);
            case 4 -> bytes.i32(position);
            default -> bytes.i64(position);
        };
    }

    private JsonNode floating(int position, int width) {
        if (width < 4) {
            throw bytes.corrupt(position, "a float of 4 or 8 bytes", width + " bytes");
        }
        double value =
                width == 4 ? Float.intBitsToFloat(bytes.i32(position)) : Double.longBitsToDouble(bytes.i64(position));
        return Double.isFinite(value) ? JSON.numberNode(value) : JSON.nullNode();
    }
}
