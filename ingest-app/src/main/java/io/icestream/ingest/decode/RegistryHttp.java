package io.icestream.ingest.decode;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.icestream.ingest.config.RegistrySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Requests to a registry and what their outcomes mean.
 *
 * <p>An address that cannot be reached, is too slow, or answers 5xx or 429 hands over to the next one. A 404 means "not there" only
 * with one of the API's own error codes: without, it is the answer of something that is no registry. Thread-safe.
 */
final class RegistryHttp {

    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final JsonMapper JSON = new JsonMapper();
    private static final int TOO_MANY_REQUESTS = 429;

    private final RegistrySettings settings;
    private final HttpClient client;
    private volatile int preferred;

    RegistryHttp(RegistrySettings settings) {
        if (settings.urls().isEmpty()) {
            throw new IllegalArgumentException("Cannot use a registry without an address");
        }
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(settings.requestTimeout())
                .followRedirects(HttpClient.Redirect.NORMAL)
                .build();
    }

    List<URI> addresses() {
        return settings.urls();
    }

    /** Fetches a resource, or empty if the registry says that it is not there. */
    Optional<JsonNode> get(String path) {
        Answer answer = send(path, null);
        if (answer.status() == 404) {
            return Optional.empty();
        }
        if (answer.status() >= 400) {
            throw new RegistryUnavailableException(answer.describe());
        }
        return Optional.of(answer.body());
    }

    JsonNode post(String path, JsonNode body) {
        Answer answer = send(path, body);
        if (answer.status() == 409 || answer.status() == 422) {
            throw new SchemaRefusedException(answer.describe());
        }
        if (answer.status() >= 400) {
            throw new RegistryUnavailableException(answer.describe());
        }
        return answer.body();
    }

    /**
     * An answer that is not to be had again from another address.
     *
     * @param uri what was asked for
     * @param status the HTTP status
     * @param body the answer
     */
    private record Answer(URI uri, int status, JsonNode body) {

        boolean isRegistrys() {
            return status < 400
                    ? body.isContainerNode()
                    : body.path("error_code").isInt();
        }

        boolean asksToRetry() {
            return status >= 500 || status == TOO_MANY_REQUESTS;
        }

        String describe() {
            String message = body.path("message").asText("");
            return "The registry answered " + status + " to " + uri + (message.isEmpty() ? "" : ": " + message)
                    + (status == 401 || status == 403 ? "; check schema-registry.headers" : "");
        }
    }

    private Answer send(String path, @Nullable JsonNode body) {
        List<URI> urls = settings.urls();
        int first = preferred;
        @Nullable RegistryUnavailableException problem = null;
        for (int i = 0; i < urls.size(); i++) {
            int index = (first + i) % urls.size();
            try {
                Answer answer = sendTo(urls.get(index), path, body);
                preferred = index;
                return answer;
            } catch (RegistryUnavailableException e) {
                if (problem != null) {
                    e.addSuppressed(problem);
                }
                problem = e;
            }
        }
        throw Objects.requireNonNull(problem);
    }

    private Answer sendTo(URI base, String path, @Nullable JsonNode body) {
        String address = base.toString();
        URI uri = URI.create((address.endsWith("/") ? address.substring(0, address.length() - 1) : address) + path);
        Answer answer = exchange(request(uri, body));
        if (answer.asksToRetry()) {
            throw new RegistryUnavailableException(answer.describe());
        }
        if (answer.status() != 401 && answer.status() != 403 && !answer.isRegistrys()) {
            throw new RegistryUnavailableException("No answer of a schema registry to " + uri + " (status "
                    + answer.status() + "): check schema-registry.urls");
        }
        return answer;
    }

    private HttpRequest request(URI uri, @Nullable JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(settings.requestTimeout())
                .header("Accept", CONTENT_TYPE + ", application/json");
        settings.headers().forEach(request::header);
        if (body == null) {
            return request.GET().build();
        }
        return request.header("Content-Type", CONTENT_TYPE)
                .POST(publisher(body))
                .build();
    }

    private static BodyPublisher publisher(JsonNode body) {
        try {
            return BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("Cannot write a request", e);
        }
    }

    private Answer exchange(HttpRequest request) {
        try {
            HttpResponse<byte[]> response = client.send(request, BodyHandlers.ofByteArray());
            return new Answer(request.uri(), response.statusCode(), json(response.body()));
        } catch (IOException e) {
            throw new RegistryUnavailableException("Cannot reach the registry at " + request.uri() + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RegistryUnavailableException("Interrupted while waiting for " + request.uri(), e);
        }
    }

    private static JsonNode json(byte[] body) {
        try {
            JsonNode tree = JSON.readTree(body);
            return tree == null ? JSON.missingNode() : tree;
        } catch (IOException e) {
            return JSON.missingNode();
        }
    }
}
