package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Encodes one value as {@link FlexBuffers}: what is referred to first, equal keys once. Belongs to one thread. */
final class FlexWriter {
    private static final int MAX_FIXED_LENGTH = 4;

    private byte[] buffer = new byte[64];
    private int size;
    private final Map<String, Integer> keys = new HashMap<>();

    /**
     * A value that waits to be put into a slot.
     *
     * @param type its type
     * @param logWidth logarithm of the least width: of the value itself if it stands in the slot, else of what it refers
     *     to
     * @param bits the value, or the place of what it refers to
     */
    private record Slot(int type, int logWidth, long bits) {
        /** Logarithm of the width that this value needs as an element of a vector. */
        int logWidthAt(int start, int index) {
            if (FlexType.isInline(type)) {
                return logWidth;
            }
            for (int log = 0; log < 3; log++) {
                int width = 1 << log;
                long slot = start + (-start & (width - 1)) + (long) index * width;
                if (logWidthOf(slot - bits) <= log) {
                    return log;
                }
            }
            return 3;
        }

        int packed(int slotLogWidth) {
            return type << 2 | (FlexType.isInline(type) ? Math.max(logWidth, slotLogWidth) : logWidth);
        }
    }

    Bytes write(JsonNode value) {
        Slot root = slot(value);
        int log = root.logWidthAt(size, 0);
        align(log);
        put(root, log);
        put(root.packed(log), 0);
        put(1L << log, 0);
        return Bytes.wrap(Arrays.copyOf(buffer, size));
    }

    private Slot slot(JsonNode value) {
        return switch (value.getNodeType()) {
            case OBJECT -> map(value);
            case ARRAY -> vector(value);
            case NUMBER -> number(value);
            case STRING -> string(value.textValue());
            case BOOLEAN -> new Slot(FlexType.BOOL, 0, value.booleanValue() ? 1 : 0);
            case BINARY -> blob(value);
            default -> new Slot(FlexType.NULL, 0, 0);
        };
    }

    private static Slot number(JsonNode value) {
        if (value.isBigInteger() || (value.isIntegralNumber() && value.longValue() >= 0)) {
            long bits = value.bigIntegerValue().longValue();
            return new Slot(FlexType.UINT, logWidthOf(bits), bits);
        }
        if (value.isIntegralNumber()) {
            long bits = value.longValue();
            return new Slot(FlexType.INT, logWidthOf(bits < 0 ? ~bits << 1 : bits << 1), bits);
        }
        double number = value.doubleValue();
        boolean narrow = (float) number == number;
        return new Slot(FlexType.FLOAT, narrow ? 2 : 3, Double.doubleToRawLongBits(number));
    }

    private Slot string(String text) {
        byte[] utf8 = FlatWriter.encode(text);
        Slot slot = lengthAndBytes(FlexType.STRING, utf8);
        put(0, 0);
        return slot;
    }

    private Slot blob(JsonNode value) {
        try {
            return lengthAndBytes(FlexType.BLOB, value.binaryValue());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Slot lengthAndBytes(int type, byte[] content) {
        int log = logWidthOf(content.length);
        align(log);
        put(content.length, log);
        int place = size;
        putAll(content);
        return new Slot(type, log, place);
    }

    private int key(String name) {
        Integer known = keys.get(name);
        if (known != null) {
            return known;
        }
        int place = size;
        if (name.indexOf(0) >= 0) {
            throw new IllegalArgumentException("Cannot encode a member whose name has a NUL");
        }
        putAll(FlatWriter.encode(name));
        put(0, 0);
        keys.put(name, place);
        return place;
    }

    private Slot vector(JsonNode value) {
        List<Slot> slots = new ArrayList<>(value.size());
        value.forEach(element -> slots.add(slot(element)));
        int element = commonType(slots);
        if (element == FlexType.BOOL) {
            return typed(slots, FlexType.VECTOR_BOOL, true);
        }
        if (element == FlexType.NULL) {
            return untyped(slots);
        }
        boolean fixed = slots.size() >= 2 && slots.size() <= MAX_FIXED_LENGTH;
        int kind = element - FlexType.INT;
        return fixed
                ? typed(slots, FlexType.VECTOR_INT2 + 3 * (slots.size() - 2) + kind, false)
                : typed(slots, FlexType.VECTOR_INT + kind, true);
    }

    /** The type that all have and for which there is a typed vector, else NULL. */
    private static int commonType(List<Slot> slots) {
        int type = slots.isEmpty() ? FlexType.NULL : slots.get(0).type();
        boolean typed =
                type == FlexType.INT || type == FlexType.UINT || type == FlexType.FLOAT || type == FlexType.BOOL;
        return typed && slots.stream().allMatch(slot -> slot.type() == type) ? type : FlexType.NULL;
    }

    private Slot untyped(List<Slot> slots) {
        int log = logWidth(slots, logWidthOf(slots.size()), 1);
        align(log);
        put(slots.size(), log);
        return elements(slots, FlexType.VECTOR, log, true);
    }

    private Slot typed(List<Slot> slots, int type, boolean withLength) {
        int log = logWidth(slots, withLength ? logWidthOf(slots.size()) : 0, withLength ? 1 : 0);
        align(log);
        if (withLength) {
            put(slots.size(), log);
        }
        return elements(slots, type, log, false);
    }

    private Slot map(JsonNode value) {
        SortedMap<String, JsonNode> members = new TreeMap<>(Utf8Order.COMPARATOR);
        value.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        List<Slot> names = new ArrayList<>(members.size());
        List<Slot> values = new ArrayList<>(members.size());
        members.forEach((name, member) -> {
            names.add(new Slot(FlexType.KEY, 0, key(name)));
            values.add(slot(member));
        });
        Slot keyVector = typed(names, FlexType.VECTOR_INT + FlexType.KEY - FlexType.INT, true);
        int log = Math.max(logWidthOf(values.size()), keyVector.logWidthAt(size, 0));
        log = logWidth(values, log, 3);
        align(log);
        putOffset(keyVector.bits(), log);
        put(1L << keyVector.logWidth(), log);
        put(values.size(), log);
        return elements(values, FlexType.MAP, log, true);
    }

    /** The least width for all these slots, which come after {@code before} others. */
    private int logWidth(List<Slot> slots, int least, int before) {
        int log = least;
        for (int i = 0; i < slots.size(); i++) {
            log = Math.max(log, slots.get(i).logWidthAt(size, i + before));
        }
        return log;
    }

    private Slot elements(List<Slot> slots, int type, int log, boolean withTypes) {
        int place = size;
        slots.forEach(slot -> put(slot, log));
        if (withTypes) {
            slots.forEach(slot -> put(slot.packed(log), 0));
        }
        return new Slot(type, log, place);
    }

    private void put(Slot slot, int log) {
        if (!FlexType.isInline(slot.type())) {
            putOffset(slot.bits(), log);
        } else if (slot.type() == FlexType.FLOAT && log == 2) {
            put(Float.floatToRawIntBits((float) Double.longBitsToDouble(slot.bits())), log);
        } else {
            put(slot.bits(), log);
        }
    }

    private void putOffset(long place, int log) {
        put(size - place, log);
    }

    private void put(long bits, int log) {
        int width = 1 << log;
        reserve(width);
        for (int i = 0; i < width; i++) {
            buffer[size++] = (byte) (bits >>> (8 * i));
        }
    }

    private void putAll(byte[] content) {
        reserve(content.length);
        System.arraycopy(content, 0, buffer, size, content.length);
        size += content.length;
    }

    private void align(int log) {
        int padding = -size & ((1 << log) - 1);
        reserve(padding);
        size += padding;
    }

    private void reserve(int sizeBytes) {
        if (buffer.length - size < sizeBytes) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, size + sizeBytes));
        }
    }

    private static int logWidthOf(long unsigned) {
        if ((unsigned & ~0xFFL) == 0) {
            return 0;
        }
        if ((unsigned & ~0xFFFFL) == 0) {
            return 1;
        }
        return (unsigned & ~0xFFFF_FFFFL) == 0 ? 2 : 3;
    }
}
