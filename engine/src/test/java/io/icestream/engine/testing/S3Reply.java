package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.LinkedHashMap;
import java.util.Map;

/** A reply of {@link S3TestServer} before it is sent. */
final class S3Reply {
    private final int status;
    private final byte[] body;
    private final Map<String, String> headers = new LinkedHashMap<>();

    S3Reply(int status, byte[] body) {
        this.status = status;
        this.body = body;
    }

    static S3Reply empty(int status) {
        return new S3Reply(status, new byte[0]);
    }

    static S3Reply xml(int status, String text) {
        return new S3Reply(status, text.getBytes(UTF_8)).header("Content-Type", "application/xml");
    }

    S3Reply header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    int status() {
        return status;
    }

    byte[] body() {
        return body;
    }

    Map<String, String> headers() {
        return headers;
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
