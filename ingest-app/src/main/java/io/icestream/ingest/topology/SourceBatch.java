package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Consecutive records of one source partition as one record.
 *
 * <p>Kafka Streams spends about a microsecond on each record, several times what decoding an observation takes. So the consumer hands it
 * batches. A batch has the offset of its first record: what Streams commits is the offset of the first batch that is not processed, or,
 * if there is none, the consumer's position.
 *
 * <p>Layout, big endian, record after record: offset (8 bytes), timestamp (8), length of the key (4, -1 for none), length of the value (4,
 * -1 for none), number of headers (4), key, value, and per header the length of its name (4), name in UTF-8, length of its value (4, -1 for
 * none), value.
 */
public final class SourceBatch {

    /** The key of every batch: the marker table needs one, and one entry per task. */
    private static final byte[] KEY = {'b'};

    private static final int MAX_RECORDS = 1_000;
    private static final int MAX_BYTES = 1 << 20;
    private static final int FIXED_BYTES = 8 + 8 + 4 + 4 + 4;

    private final ByteBuffer buffer;
    private long offset;
    private long timestamp;
    private byte @Nullable [] key;
    private byte @Nullable [] value;
    private Headers headers = new RecordHeaders();

    private SourceBatch(byte[] bytes) {
        this.buffer = ByteBuffer.wrap(bytes);
    }

    /**
     * Makes one record of the first records of a list: a thousand of them, or a megabyte, whichever is less, but at least one.
     *
     * @param records of one partition, in their order; at least one
     * @return the batch, and how many records are in it
     */
    public static Packed pack(List<ConsumerRecord<byte[], byte[]>> records) {
        int count = 0;
        long bytes = 0;
        while (count < Math.min(records.size(), MAX_RECORDS)) {
            long next = bytes + sizeOf(records.get(count));
            if (count > 0 && next > MAX_BYTES) {
                break;
            }
            bytes = next;
            count++;
        }
        ByteBuffer batch = ByteBuffer.allocate(Math.toIntExact(bytes));
        records.subList(0, count).forEach(record -> put(batch, record));
        ConsumerRecord<byte[], byte[]> first = records.get(0);
        return new Packed(
                new ConsumerRecord<>(
                        first.topic(),
                        first.partition(),
                        first.offset(),
                        first.timestamp(),
                        TimestampType.CREATE_TIME,
                        KEY.length,
                        batch.capacity(),
                        KEY,
                        batch.array(),
                        new RecordHeaders(),
                        first.leaderEpoch()),
                count);
    }

    /**
     * A batch.
     *
     * @param record the record that it is
     * @param count number of records in it
     */
    public record Packed(ConsumerRecord<byte[], byte[]> record, int count) {}

    private static long sizeOf(ConsumerRecord<byte[], byte[]> record) {
        long size = (long) FIXED_BYTES + lengthOf(record.key()) + lengthOf(record.value());
        for (Header header : record.headers()) {
            size += 4L + header.key().getBytes(UTF_8).length + 4 + lengthOf(header.value());
        }
        return size;
    }

    private static int lengthOf(byte @Nullable [] bytes) {
        return bytes == null ? 0 : bytes.length;
    }

    private static void put(ByteBuffer batch, ConsumerRecord<byte[], byte[]> record) {
        byte @Nullable [] key = record.key();
        byte @Nullable [] value = record.value();
        Header[] headers = record.headers().toArray();
        batch.putLong(record.offset()).putLong(record.timestamp());
        batch.putInt(key == null ? -1 : key.length);
        batch.putInt(value == null ? -1 : value.length);
        batch.putInt(headers.length);
        put(batch, key);
        put(batch, value);
        for (Header header : headers) {
            byte[] name = header.key().getBytes(UTF_8);
            byte @Nullable [] content = header.value();
            batch.putInt(name.length).put(name).putInt(content == null ? -1 : content.length);
            put(batch, content);
        }
    }

    private static void put(ByteBuffer batch, byte @Nullable [] bytes) {
        if (bytes != null) {
            batch.put(bytes);
        }
    }

    /** Reads a batch; {@link #next} goes to its first record. */
    static SourceBatch read(byte[] batch) {
        return new SourceBatch(batch);
    }

    /** Goes to the next record; whether there is one. */
    boolean next() {
        if (!buffer.hasRemaining()) {
            return false;
        }
        offset = buffer.getLong();
        timestamp = buffer.getLong();
        int keyLength = buffer.getInt();
        int valueLength = buffer.getInt();
        int headerCount = buffer.getInt();
        key = take(keyLength);
        value = take(valueLength);
        if (headerCount > 0 || headers.iterator().hasNext()) {
            headers = takeHeaders(headerCount);
        }
        return true;
    }

    private Headers takeHeaders(int count) {
        RecordHeaders taken = new RecordHeaders();
        for (int header = 0; header < count; header++) {
            byte[] name = new byte[buffer.getInt()];
            buffer.get(name);
            taken.add(new String(name, UTF_8), take(buffer.getInt()));
        }
        return taken;
    }

    @SuppressWarnings("NullAway") // keys, values and values of headers may be null; Kafka is not annotated
    private byte @Nullable [] take(int length) {
        if (length < 0) {
            return null;
        }
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return bytes;
    }

    long offset() {
        return offset;
    }

    /** Milliseconds since 1970, -1 if it has none. */
    long timestamp() {
        return timestamp;
    }

    byte @Nullable [] key() {
        return key;
    }

    byte @Nullable [] value() {
        return value;
    }

    Headers headers() {
        return headers;
    }
}
