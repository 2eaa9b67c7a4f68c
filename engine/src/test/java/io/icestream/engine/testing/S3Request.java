package io.icestream.engine.testing;

import com.sun.net.httpserver.Headers;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** A request to one bucket of {@link S3TestServer}. */
record S3Request(CloudCall call, String key, CloudTestServer.Request http) {
    /** The kind of a request, by its method, path, query and headers. */
    static CloudCall call(CloudTestServer.Request http, boolean hasKey) {
        Map<String, String> query = http.query();
        if (!hasKey) {
            boolean list = http.method().equals("GET") && "2".equals(query.get("list-type"));
            boolean deletion = http.method().equals("POST") && query.containsKey("delete");
            return list ? CloudCall.LIST : deletion ? CloudCall.DELETE_MANY : CloudCall.OTHER;
        }
        boolean multipart = query.containsKey("uploadId");
        boolean copy = http.headers().containsKey("x-amz-copy-source");
        return switch (http.method()) {
            case "GET" -> CloudCall.GET;
            case "HEAD" -> CloudCall.STAT;
            case "PUT" -> multipart ? CloudCall.UPLOAD_PART : copy ? CloudCall.COPY : CloudCall.PUT;
            case "DELETE" -> multipart ? CloudCall.ABORT_UPLOAD : CloudCall.DELETE;
            case "POST" ->
                multipart
                        ? CloudCall.COMPLETE_UPLOAD
                        : query.containsKey("uploads") ? CloudCall.BEGIN_UPLOAD : CloudCall.OTHER;
            default -> CloudCall.OTHER;
        };
    }

    Map<String, String> query() {
        return http.query();
    }

    Headers headers() {
        return http.headers();
    }

    S3Body body() {
        return S3Body.of(headers(), http.bytes());
    }

    S3Objects.Condition condition() {
        return new S3Objects.Condition(headers().getFirst("If-Match"), headers().getFirst("If-None-Match"));
    }

    boolean isConditionalWrite() {
        boolean reads = call == CloudCall.GET || call == CloudCall.STAT;
        return headers().containsKey("x-amz-copy-source-if-match")
                || (!reads && (headers().containsKey("If-Match") || headers().containsKey("If-None-Match")));
    }

    /** The key of the original of a copy. */
    String source() {
        String source = Objects.requireNonNull(headers().getFirst("x-amz-copy-source"));
        return CloudTestServer.Request.decoded(source).replaceFirst("^/?[^/]+/", "");
    }

    /** What is kept of the headers of a write. */
    Map<String, String> kept() {
        Map<String, String> kept = new LinkedHashMap<>();
        headers().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-amz-meta-")
                    || lower.equals("x-amz-storage-class")
                    || lower.startsWith("x-amz-server-side-encryption")
                    || lower.equals("x-amz-request-payer")
                    || lower.startsWith("x-test-")
                    || lower.equals("content-type")) {
                kept.put(lower, values.get(0));
            }
        });
        return kept;
    }
}
