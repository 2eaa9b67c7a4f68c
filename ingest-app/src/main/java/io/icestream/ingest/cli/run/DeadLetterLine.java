package io.icestream.ingest.cli.run;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.icestream.ingest.topology.DeadLetter;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * A dead letter as people read it.
 *
 * @param reason why the record did not reach the arrays
 * @param source topic, partition and offset that it was read from
 * @param eventTime its event time, if that could be read
 * @param message what is wrong with it
 * @param key its key as text
 * @param preview the beginning of its value: text, or hexadecimal where it is none
 * @param bytes size of its value
 * @param offset offset in its partition of the dead letter topic
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record DeadLetterLine(
        String reason,
        String source,
        Optional<String> eventTime,
        String message,
        String key,
        String preview,
        int bytes,
        long offset) {

    private static final int PREVIEW_CHARACTERS = 48;

    /**
     * Reads the headers.
     *
     * @param letter a record of the dead letter topic
     * @return what it says
     */
    public static DeadLetterLine of(ConsumerRecord<byte @Nullable [], byte @Nullable []> letter) {
        byte @Nullable [] value = letter.value();
        byte @Nullable [] key = letter.key();
        return new DeadLetterLine(
                header(letter, DeadLetter.REASON).orElse("?"),
                header(letter, DeadLetter.TOPIC).orElse("?") + "-"
                        + header(letter, DeadLetter.PARTITION).orElse("?") + "@"
                        + header(letter, DeadLetter.OFFSET).orElse("?"),
                header(letter, DeadLetter.EVENT_TIME),
                header(letter, DeadLetter.MESSAGE).orElse(""),
                key == null ? "" : preview(key),
                value == null ? "" : preview(value),
                value == null ? 0 : value.length,
                letter.offset());
    }

    private static Optional<String> header(ConsumerRecord<?, ?> letter, String name) {
        Header header = letter.headers().lastHeader(name);
        return header == null || header.value() == null
                ? Optional.empty()
                : Optional.of(new String(header.value(), UTF_8));
    }

    private static String preview(byte[] bytes) {
        String text = new String(bytes, ISO_8859_1);
        boolean readable = text.chars().allMatch(c -> (c >= ' ' && c < 0x7f) || c == '\t');
        String shown = readable ? text : hex(bytes);
        return shown.length() <= PREVIEW_CHARACTERS ? shown : shown.substring(0, PREVIEW_CHARACTERS - 3) + "...";
    }

    private static String hex(byte[] bytes) {
        StringBuilder hex = new StringBuilder("0x");
        for (int i = 0; i < Math.min(bytes.length, PREVIEW_CHARACTERS / 2); i++) {
            hex.append(Character.forDigit((bytes[i] >> 4) & 15, 16)).append(Character.forDigit(bytes[i] & 15, 16));
        }
        return hex.toString();
    }
}
