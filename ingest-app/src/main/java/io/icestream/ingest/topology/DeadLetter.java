package io.icestream.ingest.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.icestream.ingest.protocol.Reason;
import io.icestream.ingest.protocol.SourcePartition;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Headers of dead letters. They are the interface to whoever reads the dead letter topic: {@code __streams.errors.*} as Kafka Streams
 * has them, {@code icestream.*} beside them; all values are UTF-8 text. Topic, partition and offset identify the record: after a {@code
 * reinit} the topic may hold a dead letter twice. Key and value are those of the source record, except for a late record, whose value is
 * what was kept of it, as JSON.
 *
 * @param reason why the record did not reach the arrays
 * @param dataset id of the ingest
 * @param source partition it was read from
 * @param offset its offset
 * @param timestampMillis its timestamp, if it is known
 * @param eventTime its event time, if it is known
 * @param message what is wrong with it
 */
public record DeadLetter(
        Reason reason,
        String dataset,
        SourcePartition source,
        long offset,
        Optional<Long> timestampMillis,
        Optional<Instant> eventTime,
        String message) {

    /** Name of a {@link Reason}. */
    public static final String REASON = "icestream.reason";

    /** Id of the ingest. */
    public static final String DATASET = "icestream.dataset";

    /** Event time in ISO 8601; absent if it could not be read. */
    public static final String EVENT_TIME = "icestream.event-time";

    /** Timestamp of the source record, milliseconds since 1970; absent for late records. */
    public static final String TIMESTAMP = "icestream.timestamp";

    /** Topic that the record was read from. */
    public static final String TOPIC = "__streams.errors.topic";

    /** Number of the partition that the record was read from. */
    public static final String PARTITION = "__streams.errors.partition";

    /** Offset of the record in its partition. */
    public static final String OFFSET = "__streams.errors.offset";

    /** What is wrong with the record. */
    public static final String MESSAGE = "__streams.errors.message";

    /**
     * Makes the headers of the dead letter.
     *
     * @param original headers of the source record; kept
     * @return those, and ours
     */
    Headers headers(Headers original) {
        Headers headers = new RecordHeaders(original.toArray());
        add(headers, REASON, reason.name());
        add(headers, DATASET, dataset);
        add(headers, TOPIC, source.topic());
        add(headers, PARTITION, Integer.toString(source.partition()));
        add(headers, OFFSET, Long.toString(offset));
        add(headers, MESSAGE, message);
        timestampMillis.ifPresent(millis -> add(headers, TIMESTAMP, Long.toString(millis)));
        eventTime.ifPresent(time -> add(headers, EVENT_TIME, time.toString()));
        return headers;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(UTF_8));
    }
}
