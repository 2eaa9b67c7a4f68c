package io.icestream.engine.testing;

import java.util.Map;

/** The kinds of requests that {@link S3TestServer} knows, as it counts them and as faults are aimed at them. */
public enum S3Call {
    GET,
    HEAD,
    PUT,
    COPY,
    DELETE,
    DELETE_MANY,
    LIST,
    CREATE_MULTIPART,
    UPLOAD_PART,
    COMPLETE_MULTIPART,
    ABORT_MULTIPART,
    OTHER;

    static S3Call of(String method, boolean hasKey, Map<String, String> query, boolean isCopy) {
        if (!hasKey) {
            return ofBucket(method, query);
        }
        boolean multipart = query.containsKey("uploadId");
        return switch (method) {
            case "GET" -> GET;
            case "HEAD" -> HEAD;
            case "PUT" -> multipart ? UPLOAD_PART : isCopy ? COPY : PUT;
            case "DELETE" -> multipart ? ABORT_MULTIPART : DELETE;
            case "POST" -> multipart ? COMPLETE_MULTIPART : query.containsKey("uploads") ? CREATE_MULTIPART : OTHER;
            default -> OTHER;
        };
    }

    private static S3Call ofBucket(String method, Map<String, String> query) {
        if (method.equals("GET") && "2".equals(query.get("list-type"))) {
            return LIST;
        }
        return method.equals("POST") && query.containsKey("delete") ? DELETE_MANY : OTHER;
    }
}
