package io.icestream.engine.storage.s3;

import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;

/**
 * Keeps the JDK's client from sending a copy, or the start of an upload, a second time unasked: it does so when a reply is
 * lost, with all requests that have no body, and then the second reply, a refusal of what the first has done, would be
 * taken for the outcome. Here such requests have an empty body.
 *
 * @param client sends the requests
 */
record SentOnce(SdkHttpClient client) implements SdkHttpClient {
    @Override
    public ExecutableHttpRequest prepareRequest(HttpExecuteRequest request) {
        SdkHttpMethod method = request.httpRequest().method();
        boolean changes = method == SdkHttpMethod.PUT || method == SdkHttpMethod.POST;
        return client.prepareRequest(
                changes && request.contentStreamProvider().isEmpty() ? withBody(request) : request);
    }

    private static HttpExecuteRequest withBody(HttpExecuteRequest request) {
        return HttpExecuteRequest.builder()
                .request(request.httpRequest().toBuilder()
                        .putHeader("Content-Length", "0")
                        .build())
                .contentStreamProvider(ContentStreamProvider.fromByteArray(new byte[0]))
                .metricCollector(request.metricCollector().orElse(null))
                .build();
    }

    @Override
    public String clientName() {
        return client.clientName();
    }

    @Override
    public void close() {
        client.close();
    }
}
