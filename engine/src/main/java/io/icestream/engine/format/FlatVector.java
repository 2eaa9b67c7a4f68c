package io.icestream.engine.format;

/**
 * A vector in a {@link FlatReader}; its elements are known to lie in the buffer.
 *
 * @param reader the buffer
 * @param start position of the first element
 * @param length number of elements
 * @param elementSizeBytes size of one element, 4 for elements that are reached through an offset
 */
record FlatVector(FlatReader reader, int start, int length, int elementSizeBytes) {
    /** Position of an element. */
    int at(int index) {
        return start + index * elementSizeBytes;
    }

    FlatTable table(int index) {
        return reader.tableAt(reader.follow(at(index)));
    }

    String string(int index) {
        return reader.stringAt(reader.follow(at(index)));
    }

    /** The elements of a vector of bytes. */
    Bytes bytes() {
        return Bytes.wrap(reader.copy(start, length));
    }
}
