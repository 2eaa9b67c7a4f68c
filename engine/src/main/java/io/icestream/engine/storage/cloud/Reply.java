package io.icestream.engine.storage.cloud;

import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/**
 * A reply whose body has been read.
 *
 * @param status its HTTP status
 * @param headers its headers
 * @param body its body, unless that went into a buffer
 * @param receivedAt when it came, by this machine's clock
 */
public record Reply(int status, HttpHeaders headers, ByteBuffer body, Instant receivedAt) {
    /**
     * @return whether the status is one of success
     */
    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /**
     * @return a copy of the body
     */
    public byte[] bytes() {
        byte[] bytes = new byte[body.remaining()];
        body.duplicate().get(bytes);
        return bytes;
    }

    /**
     * @return the body as text
     */
    public String text() {
        return StandardCharsets.UTF_8.decode(body.duplicate()).toString();
    }

    /**
     * @param name name of a header
     * @return its first value, or empty if it is not there
     */
    public Optional<String> header(String name) {
        return headers.firstValue(name).filter(value -> !value.isBlank());
    }

    /**
     * @param name name of a header that says a time
     * @return the time, or the epoch if the header is not there
     */
    public Instant time(String name) {
        return header(name).flatMap(Reply::parsed).orElse(Instant.EPOCH);
    }

    /**
     * @return the object's length from {@code Content-Range: bytes 0-9/100}
     * @throws FailedCall if the reply does not say it
     */
    public long rangeTotal() {
        String range = header("Content-Range").orElse("");
        try {
            return Long.parseLong(range.substring(range.lastIndexOf('/') + 1));
        } catch (NumberFormatException e) {
            throw FailedCall.of(
                    FailedCall.Kind.FINAL,
                    "the server does not answer reads of a range with that range; check the endpoint",
                    e);
        }
    }

    /** How far this machine's clock is before the server's. */
    Optional<Duration> clockSkew() {
        return header("Date").flatMap(Reply::parsed).map(theirs -> Duration.between(theirs, receivedAt));
    }

    private static Optional<Instant> parsed(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** By which the people who run the store find the request. */
    String requestId() {
        return header("x-ms-request-id")
                .or(() -> header("x-amz-request-id"))
                .or(() -> header("x-guploader-uploadid"))
                .orElse("");
    }

    @Override
    public String toString() {
        return "Reply[" + status + ", " + body.remaining() + " bytes]";
    }
}
