package io.icestream.gcs;

import io.icestream.engine.storage.cloud.Reply;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Several requests without a body in one, as {@code multipart/mixed}. Source: batch requests of the JSON API. */
final class Batch {
    private static final Pattern NUMBER = Pattern.compile("(?i)content-id:\\s*<?response-(\\d+)>?");
    private static final Pattern STATUS = Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3})[^\\r\\n]*");
    private static final Pattern BOUNDARY = Pattern.compile("(?i)boundary=\"?([^\";]+)\"?");

    private final String boundary;
    private final StringBuilder text = new StringBuilder();
    private int count;

    Batch(RandomGenerator random) {
        this.boundary = "icestream-" + new UUID(random.nextLong(), random.nextLong());
    }

    /**
     * @param request method and path
     */
    void add(String request) {
        text.append("--").append(boundary).append("\r\nContent-Type: application/http\r\nContent-ID: <");
        text.append(count++).append(">\r\n\r\n").append(request).append(" HTTP/1.1\r\n\r\n\r\n");
    }

    String contentType() {
        return "multipart/mixed; boundary=" + boundary;
    }

    String body() {
        return text + "--" + boundary + "--\r\n";
    }

    /** The replies in the order of the requests. */
    static List<Reply> answers(Reply reply, int count) {
        String boundary = reply.header("Content-Type")
                .map(BOUNDARY::matcher)
                .filter(Matcher::find)
                .map(matcher -> matcher.group(1))
                .orElseThrow(() -> GcsFailures.stranger(reply, "boundary in the reply to a batch"));
        List<Optional<Reply>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            answers.add(Optional.empty());
        }
        for (String part : reply.text().split(Pattern.quote("--" + boundary), -1)) {
            Matcher number = NUMBER.matcher(part);
            Matcher status = STATUS.matcher(part);
            if (number.find() && status.find() && Integer.parseInt(number.group(1)) < count) {
                answers.set(Integer.parseInt(number.group(1)), Optional.of(answer(reply, part, status)));
            }
        }
        return answers.stream()
                .map(answer ->
                        answer.orElseThrow(() -> GcsFailures.stranger(reply, "reply to each request of a batch")))
                .toList();
    }

    private static Reply answer(Reply whole, String part, Matcher status) {
        int body = part.indexOf("\r\n\r\n", status.end());
        byte[] bytes = body < 0 ? new byte[0] : part.substring(body + 4).strip().getBytes(StandardCharsets.UTF_8);
        HttpHeaders none = HttpHeaders.of(Map.of(), (name, value) -> true);
        return new Reply(Integer.parseInt(status.group(1)), none, ByteBuffer.wrap(bytes), whole.receivedAt());
    }
}
