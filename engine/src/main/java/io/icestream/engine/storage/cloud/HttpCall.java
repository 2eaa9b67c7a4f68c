package io.icestream.engine.storage.cloud;

import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A request that is being put together. Not thread-safe. */
public final class HttpCall {
    private final CloudOperation operation;
    private final String method;
    private final URI uri;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private List<ByteBuffer> payload = List.of();
    private long contentBytes;

    private HttpCall(CloudOperation operation, String method, URI uri) {
        this.operation = operation;
        this.method = method;
        this.uri = uri;
    }

    /**
     * Begins a request.
     *
     * @param operation what it is counted as
     * @param method the HTTP method
     * @param uri the address
     * @return the request, without headers and payload
     */
    public static HttpCall of(CloudOperation operation, String method, URI uri) {
        return new HttpCall(operation, method, uri);
    }

    /**
     * Sets a header.
     *
     * @param name its name
     * @param value its value
     * @return this request
     */
    public HttpCall header(String name, String value) {
        headers.put(name, value);
        return this;
    }

    /**
     * Sets the content of an object as the payload.
     *
     * @param content the content, which is counted
     * @return this request
     */
    public HttpCall content(ByteBuffer content) {
        return payload(List.of(content), content.remaining());
    }

    /**
     * Sets the payload.
     *
     * @param pieces its pieces
     * @param countedBytes how many of its bytes are content of an object
     * @return this request
     */
    public HttpCall payload(List<ByteBuffer> pieces, long countedBytes) {
        payload = List.copyOf(pieces);
        contentBytes = countedBytes;
        return this;
    }

    CloudOperation operation() {
        return operation;
    }

    /**
     * @return the HTTP method
     */
    public String method() {
        return method;
    }

    /**
     * @return the address
     */
    public URI uri() {
        return uri;
    }

    /**
     * @return the headers, names in whatever case
     */
    public Map<String, String> headers() {
        return Collections.unmodifiableMap(headers);
    }

    List<ByteBuffer> payload() {
        return payload;
    }

    /**
     * @return length of the payload
     */
    public long payloadBytes() {
        return payload.stream().mapToLong(ByteBuffer::remaining).sum();
    }

    long contentBytes() {
        return contentBytes;
    }

    @Override
    public String toString() {
        return "HttpCall[" + operation + " " + method + " " + uri.getRawPath() + "]";
    }
}
