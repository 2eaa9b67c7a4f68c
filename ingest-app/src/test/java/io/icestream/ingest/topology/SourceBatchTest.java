package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceBatchTest {

    @Test
    void keepsEverythingOfARecord() {
        Headers headers = new RecordHeaders();
        headers.add("näme", new byte[] {1, 2});
        headers.add("empty", null);
        List<ConsumerRecord<byte[], byte[]>> records = List.of(
                record(7, 1_000, "key".getBytes(UTF_8), "value".getBytes(UTF_8), new RecordHeaders()),
                record(9, -1, null, null, headers),
                record(10, 0, new byte[0], new byte[0], new RecordHeaders()));

        SourceBatch.Packed packed = SourceBatch.pack(records);

        assertThat(packed.count()).isEqualTo(3);
        assertThat(packed.record().offset()).isEqualTo(7);
        assertThat(packed.record().partition()).isEqualTo(3);
        assertThat(packed.record().leaderEpoch()).contains(5);
        SourceBatch batch = SourceBatch.read(packed.record().value());
        for (ConsumerRecord<byte[], byte[]> record : records) {
            assertThat(batch.next()).isTrue();
            assertThat(batch.offset()).isEqualTo(record.offset());
            assertThat(batch.timestamp()).isEqualTo(record.timestamp());
            assertThat(batch.key()).isEqualTo(record.key());
            assertThat(batch.value()).isEqualTo(record.value());
            assertThat(batch.headers().toArray())
                    .containsExactly(record.headers().toArray());
        }
        assertThat(batch.next()).isFalse();
    }

    @Test
    void takesAThousandRecordsAtMost() {
        List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
        for (int offset = 0; offset < 1_500; offset++) {
            records.add(record(offset, 0, null, new byte[10], new RecordHeaders()));
        }
        assertThat(SourceBatch.pack(records).count()).isEqualTo(1_000);
        SourceBatch.Packed rest = SourceBatch.pack(records.subList(1_000, 1_500));
        assertThat(rest.count()).isEqualTo(500);
        assertThat(rest.record().offset()).isEqualTo(1_000);
    }

    @Test
    void takesAMegabyteAtMostButAtLeastOneRecord() {
        ConsumerRecord<byte[], byte[]> small = record(0, 0, null, new byte[400_000], new RecordHeaders());
        assertThat(SourceBatch.pack(Collections.nCopies(5, small)).count()).isEqualTo(2);
        ConsumerRecord<byte[], byte[]> large = record(0, 0, null, new byte[2_000_000], new RecordHeaders());
        assertThat(SourceBatch.pack(Collections.nCopies(5, large)).count()).isEqualTo(1);
    }

    @SuppressWarnings("NullAway") // keys and values may be null; Kafka is not annotated
    private static ConsumerRecord<byte[], byte[]> record(
            long offset, long timestamp, byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        return new ConsumerRecord<>(
                "topic",
                3,
                offset,
                timestamp,
                TimestampType.CREATE_TIME,
                key == null ? -1 : key.length,
                value == null ? -1 : value.length,
                key,
                value,
                headers,
                Optional.of(5));
    }
}
