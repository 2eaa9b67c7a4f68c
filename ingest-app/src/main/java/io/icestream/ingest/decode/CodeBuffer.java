package io.icestream.ingest.decode;

import java.util.Arrays;

/** Code under construction. */
final class CodeBuffer {

    /** A schema that needs more code than this is hardly one of observations; nested types could multiply without end. */
    private static final int MAX_SIZE = 1 << 20;

    private int[] code = new int[64];
    private int size;
    /** Where the last instruction skips bytes and may be widened, or -1. */
    private int widenable = -1;

    /** {@return where the next instruction will be; jumps may lead there} */
    int here() {
        widenable = -1;
        return size;
    }

    /** Adds an instruction and returns the index of its first operand. */
    int emit(int... instruction) {
        widenable = -1;
        if (size + instruction.length > MAX_SIZE) {
            throw new UnmappedFieldException("is too large to be compiled");
        }
        if (size + instruction.length > code.length) {
            code = Arrays.copyOf(code, Math.max(size + instruction.length, code.length * 2));
        }
        System.arraycopy(instruction, 0, code, size, instruction.length);
        size += instruction.length;
        return size - instruction.length + 1;
    }

    void skipBytes(int count) {
        if (count == 0) {
            return;
        }
        if (widenable >= 0) {
            code[widenable] = Math.addExact(code[widenable], count);
        } else {
            int operand = emit(Program.SKIP_BYTES, count);
            widenable = operand;
        }
    }

    void patch(int operand, int value) {
        code[operand] = value;
    }

    void truncate(int newSize) {
        size = newSize;
        widenable = -1;
    }

    Program.Code toCode() {
        return new Program.Code(Arrays.copyOf(code, size));
    }
}
