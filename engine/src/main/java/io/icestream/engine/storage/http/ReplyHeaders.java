package io.icestream.engine.storage.http;

import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import io.icestream.engine.storage.http.HttpCalls.Reply;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What replies say of an object. */
final class ReplyHeaders {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    private static final Pattern RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18}|\\*)");
    private static final Pattern UNSATISFIED = Pattern.compile("bytes \\*/(\\d{1,18})");

    private ReplyHeaders() {}

    /** A time as requests and replies have it. */
    static String format(Instant time) {
        return TIME.format(time);
    }

    static Optional<String> entityTag(Reply reply) {
        return reply.headers().firstValue("ETag").filter(tag -> !tag.isBlank());
    }

    static Optional<Instant> lastModified(Reply reply) {
        return reply.headers().firstValue("Last-Modified").flatMap(ReplyHeaders::parse);
    }

    private static Optional<Instant> parse(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    static OptionalLong length(HttpHeaders headers) {
        try {
            return headers.firstValueAsLong("Content-Length");
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * The part of an object that a reply holds.
     *
     * @param total length of the object, if the reply says it
     */
    record ContentRange(long first, long last, OptionalLong total) {}

    static Optional<ContentRange> range(HttpHeaders headers) {
        Matcher matcher = RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        return matcher.matches()
                ? Optional.of(new ContentRange(
                        Long.parseLong(matcher.group(1)),
                        Long.parseLong(matcher.group(2)),
                        matcher.group(3).equals("*")
                                ? OptionalLong.empty()
                                : OptionalLong.of(Long.parseLong(matcher.group(3)))))
                : Optional.empty();
    }

    /** Length of the object, from the refusal of a range that begins behind its end. */
    static OptionalLong lengthOfRefusal(HttpHeaders headers) {
        Matcher matcher =
                UNSATISFIED.matcher(headers.firstValue("Content-Range").orElse(""));
        return matcher.matches() ? OptionalLong.of(Long.parseLong(matcher.group(1))) : OptionalLong.empty();
    }

    /** Checks that the bytes are those of the object. */
    static void requireUncoded(String action, Reply reply) {
        reply.headers()
                .firstValue("Content-Encoding")
                .filter(coding -> !coding.equalsIgnoreCase("identity"))
                .ifPresent(coding -> {
                    throw new StorageException(
                            "Cannot " + action + ": the server encodes the bytes as '" + coding
                                    + "', though nobody asked for that; turn it off for these objects",
                            Retry.CANNOT_HELP);
                });
    }
}
