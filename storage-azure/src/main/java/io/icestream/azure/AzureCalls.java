package io.icestream.azure;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.cloud.BatchDeletion;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudProtocol;
import io.icestream.engine.storage.cloud.Download;
import io.icestream.engine.storage.cloud.Endpoints;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.HttpCall;
import io.icestream.engine.storage.cloud.HttpCalls;
import io.icestream.engine.storage.cloud.LargeUpload;
import io.icestream.engine.storage.cloud.ListedPage;
import io.icestream.engine.storage.cloud.ObjectState;
import io.icestream.engine.storage.cloud.PartRange;
import io.icestream.engine.storage.cloud.Query;
import io.icestream.engine.storage.cloud.Reply;
import io.icestream.engine.storage.cloud.WholeObject;
import io.icestream.engine.storage.cloud.Write;
import io.icestream.engine.storage.cloud.WriteCondition;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** Single requests of the REST API. */
final class AzureCalls implements CloudProtocol {
    private static final String API_VERSION = "2023-11-03";
    private static final String CONTENT_TYPE = "application/octet-stream";
    private static final String WRITE_ID = "x-ms-meta-" + Write.ID_NAME;
    private static final Pattern ETAG = Pattern.compile("\"[^\"]+\"|0x[0-9A-Fa-f]+");
    private static final Duration LONGEST_LOOK_PAUSE = Duration.ofSeconds(2);

    private final HttpCalls http;
    private final AzureOptions options;
    private final AzureAccess access;
    private final AzureFailures failures;

    AzureCalls(HttpCalls http, AzureOptions options, AzureAccess access) {
        this.http = http;
        this.options = options;
        this.access = access;
        this.failures = new AzureFailures(options);
    }

    @Override
    public Optional<String> reason(FailedCall failure) {
        return failures.reason(failure);
    }

    @Override
    public boolean refreshCredentials() {
        return access.refresh();
    }

    private String container() {
        return options.address() + "/" + Endpoints.encoded(options.location().container());
    }

    private String address(String key) {
        return container() + "/"
                + Endpoints.encodedPath(options.location().prefix().objectKey(key));
    }

    HttpCall call(CloudOperation operation, String method, String address, Query query) {
        String text = query.toString();
        String signature = access.signature()
                .map(sas -> (text.isEmpty() ? "?" : "&") + sas)
                .orElse("");
        return HttpCall.of(operation, method, URI.create(address + text + signature))
                .header("x-ms-version", API_VERSION);
    }

    private HttpCall call(CloudOperation operation, String method, String key) {
        return call(operation, method, address(key), new Query());
    }

    /** Signs a request and sends it. */
    Reply send(HttpCall call, Query query, Duration limit) {
        access.sign(call, query);
        Reply reply = http.send(call, limit);
        requireSuccess(reply);
        return reply;
    }

    private void requireSuccess(Reply reply) {
        if (!reply.isSuccess()) {
            throw failures.of(reply);
        }
    }

    /** Versions of other stores are no ETags, and so not that of any object here. */
    private static Optional<String> etag(ObjectVersion version) {
        return ETAG.matcher(version.token()).matches()
                ? Optional.of(version.token().startsWith("\"") ? version.token() : "\"" + version.token() + "\"")
                : Optional.empty();
    }

    private static String requireEtag(ObjectVersion version) {
        return etag(version)
                .orElseThrow(() -> FailedCall.of(FailedCall.Kind.REFUSED, "'" + version.token() + "' is no ETag"));
    }

    static ObjectVersion version(Reply reply) {
        return reply.header("ETag")
                .map(etag -> new ObjectVersion(etag.startsWith("\"") ? etag : "\"" + etag + "\""))
                .orElseThrow(() -> AzureFailures.stranger(reply, "ETag"));
    }

    private static ObjectState state(Reply reply, long sizeBytes) {
        return new ObjectState(sizeBytes, version(reply), reply.time("Last-Modified"), reply.header(WRITE_ID));
    }

    @Override
    public Download get(String key, Optional<ObjectVersion> known, int partBytes, Duration limit) {
        HttpCall call = call(CloudOperation.GET, "GET", key);
        known.flatMap(AzureCalls::etag).ifPresent(etag -> call.header("If-None-Match", etag));
        access.sign(call, new Query());
        WholeObject content = new WholeObject(partBytes);
        Reply reply = http.receive(call, content, limit);
        requireSuccess(reply);
        if (content.isComplete()) {
            Checksums.requireEqual(reply, content.bytes());
        }
        return content.download(state(reply, content.bytes().length));
    }

    @Override
    public ObjectState getRange(String key, PartRange range, byte[] target, ReadCondition condition, Duration limit) {
        HttpCall call = call(CloudOperation.GET, "GET", key).header("x-ms-range", range.header());
        if (condition instanceof ReadCondition.EntityTag tag) {
            call.header("If-Match", requireEtag(new ObjectVersion(tag.tag())));
        }
        access.sign(call, new Query());
        Reply reply = http.receive(call, length -> range.placeIn(target, length), limit);
        requireSuccess(reply);
        return state(reply, reply.rangeTotal());
    }

    @Override
    public ObjectState stat(String key, Duration limit) {
        Reply reply = send(call(CloudOperation.STAT, "HEAD", key), new Query(), limit);
        long size = reply.headers()
                .firstValueAsLong("Content-Length")
                .orElseThrow(() -> AzureFailures.stranger(reply, "Content-Length"));
        return state(reply, size);
    }

    @Override
    public ObjectVersion put(Write write, Duration limit) {
        HttpCall call = call(CloudOperation.PUT, "PUT", write.key())
                .header("x-ms-blob-type", "BlockBlob")
                .header("Content-Type", CONTENT_TYPE)
                .header("Content-MD5", Checksums.md5(write.bytes()))
                .content(write.bytes());
        describe(call, write);
        return version(send(call, new Query(), limit));
    }

    /** What goes with the request that makes the object. */
    private void describe(HttpCall call, Write write) {
        write.metadata().forEach((name, value) -> call.header("x-ms-meta-" + name, value));
        keep(call, write.key());
        WriteCondition condition = write.condition();
        condition.ifMatch().map(AzureCalls::requireEtag).ifPresent(etag -> call.header("If-Match", etag));
        if (condition.mustBeAbsent()) {
            call.header("If-None-Match", "*");
        }
    }

    private void keep(HttpCall call, String key) {
        options.storageClasses().of(key).ifPresent(tier -> call.header("x-ms-access-tier", tier));
        options.encryptionScope().ifPresent(scope -> call.header("x-ms-encryption-scope", scope));
    }

    /** {@inheritDoc} Takes no request: blocks are sent without further ado. */
    @Override
    public LargeUpload beginUpload(Write write, int partBytes, Duration limit) {
        return new AzureUpload(this, write, partBytes);
    }

    HttpCall block(Write write, Query query) {
        HttpCall call = call(CloudOperation.UPLOAD_PART, "PUT", address(write.key()), query);
        options.encryptionScope().ifPresent(scope -> call.header("x-ms-encryption-scope", scope));
        return call;
    }

    HttpCall blockList(Write write, Query query) {
        HttpCall call = call(CloudOperation.COMPLETE_UPLOAD, "PUT", address(write.key()), query)
                .header("x-ms-blob-content-type", CONTENT_TYPE);
        describe(call, write);
        return call;
    }

    /** {@inheritDoc} Within an account the store copies at once, as a rule; if not, the copy is looked at until it is done. */
    @Override
    public ObjectVersion copy(String from, String to, ObjectVersion expected, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        HttpCall call = call(CloudOperation.COPY, "PUT", to)
                .header(
                        "x-ms-copy-source",
                        address(from) + access.signature().map(sas -> "?" + sas).orElse(""))
                .header("x-ms-source-if-match", requireEtag(expected));
        keep(call, to);
        Reply reply = send(call, new Query(), limit);
        String copyId = reply.header("x-ms-copy-id").orElse("");
        Duration pause = Duration.ofMillis(50);
        while (isPending(reply)) {
            pause(pause);
            pause = pause.multipliedBy(2).compareTo(LONGEST_LOOK_PAUSE) < 0
                    ? pause.multipliedBy(2)
                    : LONGEST_LOOK_PAUSE;
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
            reply = send(call(CloudOperation.STAT, "HEAD", to), new Query(), left);
            if (!reply.header("x-ms-copy-id").orElse("").equals(copyId)) {
                throw FailedCall.of(FailedCall.Kind.CONFLICT, "the copy was replaced while it was made");
            }
        }
        return version(reply);
    }

    private static boolean isPending(Reply reply) {
        String status = reply.header("x-ms-copy-status").orElse("success");
        return switch (status) {
            case "success" -> false;
            case "pending" -> true;
            default ->
                throw FailedCall.of(
                        FailedCall.Kind.NO_ANSWER,
                        "the copy ended as " + status + ": "
                                + reply.header("x-ms-copy-status-description").orElse("for no reason given"));
        };
    }

    private void pause(Duration pause) {
        try {
            options.requests().sleeper().sleep(pause);
        } catch (InterruptedException e) {
            throw FailedCall.of(FailedCall.Kind.INTERRUPTED, "the thread was interrupted", e);
        }
    }

    @Override
    public void delete(String key, Duration limit) {
        send(call(CloudOperation.DELETE, "DELETE", key), new Query(), limit);
    }

    @Override
    public Optional<BatchDeletion> batchDeletion() {
        return Optional.empty();
    }

    @Override
    public ListedPage list(String prefix, Optional<String> page, Duration limit) {
        Query query = new Query()
                .add("restype", "container")
                .add("comp", "list")
                .add("prefix", options.location().prefix().objectKey(prefix))
                .add("marker", page);
        Reply reply = send(call(CloudOperation.LIST, "GET", container(), query), query, limit);
        return ListingReader.read(reply, options.location().prefix());
    }

    @Override
    public void close() {
        http.close();
    }
}
