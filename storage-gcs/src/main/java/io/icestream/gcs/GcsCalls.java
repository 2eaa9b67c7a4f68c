package io.icestream.gcs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.storage.cloud.BatchDeletion;
import io.icestream.engine.storage.cloud.CloudOperation;
import io.icestream.engine.storage.cloud.CloudProtocol;
import io.icestream.engine.storage.cloud.Download;
import io.icestream.engine.storage.cloud.Endpoints;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.FailedDeletion;
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
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Single requests of the JSON API. */
final class GcsCalls implements CloudProtocol {
    private static final int DELETIONS_PER_REQUEST = 100;
    private static final String CONTENT_TYPE = "application/octet-stream";

    private final HttpCalls http;
    private final GcsOptions options;
    private final GcsTokens tokens;
    private final GcsFailures failures;
    private final String bucketPath;

    GcsCalls(HttpCalls http, GcsOptions options, GcsTokens tokens) {
        this.http = http;
        this.options = options;
        this.tokens = tokens;
        this.failures = new GcsFailures(options);
        this.bucketPath =
                "/storage/v1/b/" + Endpoints.encoded(options.location().bucket()) + "/o";
    }

    @Override
    public Optional<String> reason(FailedCall failure) {
        return failures.reason(failure);
    }

    @Override
    public boolean refreshCredentials() {
        return tokens.refresh();
    }

    /** A request that says who asks and who pays. */
    private HttpCall call(CloudOperation operation, String method, String path, Query query) {
        URI uri = URI.create(options.address() + path + query);
        HttpCall call = HttpCall.of(operation, method, uri);
        options.userProject().ifPresent(project -> call.header("x-goog-user-project", project));
        tokens.headers(uri).forEach(call::header);
        return call;
    }

    private String objectPath(String key) {
        return bucketPath + "/" + Endpoints.encoded(options.location().prefix().objectKey(key));
    }

    /** Versions of other stores are no generations, and so not that of any object here. */
    private static Optional<String> generation(ObjectVersion version) {
        String text = version.token();
        boolean number = text.length() <= 19 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        return number ? Optional.of(text) : Optional.empty();
    }

    private static String requireGeneration(ObjectVersion version) {
        return generation(version)
                .orElseThrow(
                        () -> FailedCall.of(FailedCall.Kind.REFUSED, "'" + version.token() + "' is no generation"));
    }

    private static String unquoted(String tag) {
        return new ReadCondition.EntityTag(tag).bare();
    }

    /** What the store can compare itself. Other tags are those that its interfaces give: of most objects the MD5. */
    private static Optional<String> generation(ReadCondition condition) {
        return condition instanceof ReadCondition.EntityTag tag
                ? generation(new ObjectVersion(tag.bare()))
                : Optional.empty();
    }

    @Override
    public Download get(String key, Optional<ObjectVersion> known, int partBytes, Duration limit) {
        Query query = new Query().add("alt", "media").add("ifGenerationNotMatch", known.flatMap(GcsCalls::generation));
        WholeObject content = new WholeObject(partBytes);
        Reply reply = http.receive(call(CloudOperation.GET, "GET", objectPath(key), query), content, limit);
        requireSuccess(reply);
        ObjectState object = state(reply, content.bytes().length);
        if (known.equals(Optional.of(object.version()))) {
            throw FailedCall.of(FailedCall.Kind.UNCHANGED, "the object still is in the known version");
        }
        if (content.isComplete()) {
            Checksums.requireEqual(reply, content.bytes());
        }
        return content.download(object);
    }

    private void requireSuccess(Reply reply) {
        if (!reply.isSuccess()) {
            throw failures.ofObject(reply);
        }
    }

    /** What the headers of a reply with content say. */
    private static ObjectState state(Reply reply, long sizeBytes) {
        String generation = reply.header("x-goog-generation")
                .orElseThrow(() -> GcsFailures.stranger(reply, "header x-goog-generation"));
        Set<String> tags = Stream.concat(
                        reply.header("ETag").map(GcsCalls::unquoted).stream(), Checksums.md5(reply).stream())
                .collect(Collectors.toSet());
        return new ObjectState(
                sizeBytes, new ObjectVersion(generation), reply.time("Last-Modified"), Optional.empty(), tags);
    }

    @Override
    public ObjectState getRange(String key, PartRange range, byte[] target, ReadCondition condition, Duration limit) {
        Query query = new Query().add("alt", "media").add("ifGenerationMatch", generation(condition));
        Reply reply = http.receive(
                call(CloudOperation.GET, "GET", objectPath(key), query).header("Range", range.header()),
                length -> range.placeIn(target, length),
                limit);
        requireSuccess(reply);
        return state(reply, reply.rangeTotal());
    }

    @Override
    public ObjectState stat(String key, Duration limit) {
        Query query = new Query().add("fields", "generation,size,updated,metadata,etag,md5Hash");
        Reply reply = http.send(call(CloudOperation.STAT, "GET", objectPath(key), query), limit);
        requireSuccess(reply);
        JsonNode object = GcsFailures.json(reply);
        JsonNode id = object.path("metadata").path(Write.ID_NAME);
        return new ObjectState(
                object.path("size").asLong(),
                version(reply, object),
                time(object.path("updated").asText("")),
                id.isTextual() ? Optional.of(id.asText()) : Optional.empty(),
                Stream.concat(
                                Stream.of(object.path("etag").asText("")).filter(tag -> !tag.isEmpty()),
                                Checksums.hexadecimal(object.path("md5Hash").asText("")).stream())
                        .collect(Collectors.toSet()));
    }

    static ObjectVersion version(Reply reply, JsonNode object) {
        String generation = object.path("generation").asText("");
        if (generation.isEmpty()) {
            throw GcsFailures.stranger(reply, "generation");
        }
        return new ObjectVersion(generation);
    }

    /** In whole seconds, as the headers of replies with content have it. */
    private static Instant time(String text) {
        try {
            return OffsetDateTime.parse(text).toInstant().truncatedTo(ChronoUnit.SECONDS);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    @Override
    public ObjectVersion put(Write write, Duration limit) {
        UUID random = new UUID(
                options.requests().random().nextLong(),
                options.requests().random().nextLong());
        String boundary = "icestream-" + random;
        ByteBuffer head = utf8("--" + boundary + "\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n"
                + description(write) + "\r\n--" + boundary + "\r\nContent-Type: " + CONTENT_TYPE + "\r\n\r\n");
        ByteBuffer tail = utf8("\r\n--" + boundary + "--\r\n");
        HttpCall call = call(CloudOperation.PUT, "POST", "/upload" + bucketPath, insertion(write, "multipart"))
                .header("Content-Type", "multipart/related; boundary=" + boundary)
                .payload(List.of(head, write.bytes(), tail), write.bytes().remaining());
        Reply reply = http.send(call, limit);
        if (!reply.isSuccess()) {
            throw failures.ofBucket(reply);
        }
        return version(reply, GcsFailures.json(reply));
    }

    private Query insertion(Write write, String uploadType) {
        Optional<String> expected = write.condition().mustBeAbsent()
                ? Optional.of("0")
                : write.condition().ifMatch().map(GcsCalls::requireGeneration);
        return new Query()
                .add("uploadType", uploadType)
                .add("name", options.location().prefix().objectKey(write.key()))
                .add("ifGenerationMatch", expected)
                .add("kmsKeyName", options.encryptionKey())
                .add("fields", "generation");
    }

    /** The checksum lets the store refuse what was damaged on its way. */
    private ObjectNode description(Write write) {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        description.put("contentType", CONTENT_TYPE);
        description.put("crc32c", Checksums.crc32c(write.bytes()));
        options.storageClasses().of(write.key()).ifPresent(name -> description.put("storageClass", name));
        ObjectNode metadata = description.putObject("metadata");
        write.metadata().forEach(metadata::put);
        return description;
    }

    private static ByteBuffer utf8(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public LargeUpload beginUpload(Write write, int partBytes, Duration limit) {
        HttpCall call = call(CloudOperation.BEGIN_UPLOAD, "POST", "/upload" + bucketPath, insertion(write, "resumable"))
                .header("Content-Type", "application/json; charset=UTF-8")
                .header("X-Upload-Content-Type", CONTENT_TYPE)
                .header(
                        "X-Upload-Content-Length",
                        Integer.toString(write.bytes().remaining()))
                .payload(List.of(utf8(description(write).toString())), 0);
        Reply reply = http.send(call, limit);
        if (!reply.isSuccess()) {
            throw failures.ofBucket(reply);
        }
        URI session = reply.header("Location")
                .map(URI::create)
                .orElseThrow(() -> GcsFailures.stranger(reply, "header Location"));
        return new GcsUpload(http, failures, session, write.bytes(), partBytes);
    }

    /**
     * {@inheritDoc}
     *
     * <p>The generation is asked for twice: as the one to be copied, and as the one that the object must have. Only in a
     * bucket that keeps former versions can the two differ.
     */
    @Override
    public ObjectVersion copy(String from, String to, ObjectVersion expected, Duration limit) {
        String generation = requireGeneration(expected);
        long deadline = System.nanoTime() + limit.toNanos();
        Optional<String> token = Optional.empty();
        while (true) {
            Query query = new Query()
                    .add("sourceGeneration", generation)
                    .add("ifSourceGenerationMatch", generation)
                    .add("destinationKmsKeyName", options.encryptionKey())
                    .add("rewriteToken", token);
            HttpCall call = call(
                    CloudOperation.COPY, "POST", objectPath(from) + "/rewriteTo" + pathInApi(objectPath(to)), query);
            options.storageClasses().of(to).ifPresent(name -> describeCopy(call, name));
            Reply reply = http.send(call, Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime())));
            requireSuccess(reply);
            JsonNode answer = GcsFailures.json(reply);
            if (answer.path("done").asBoolean()) {
                return version(reply, answer.path("resource"));
            }
            token = Optional.of(answer.path("rewriteToken").asText())
                    .filter(text -> !text.isEmpty())
                    .or(() -> {
                        throw GcsFailures.stranger(reply, "rewriteToken");
                    });
        }
    }

    private static String pathInApi(String objectPath) {
        return objectPath.substring("/storage/v1".length());
    }

    private static void describeCopy(HttpCall call, String storageClass) {
        ObjectNode description = JsonNodeFactory.instance.objectNode();
        description.put("contentType", CONTENT_TYPE).put("storageClass", storageClass);
        call.header("Content-Type", "application/json; charset=UTF-8")
                .payload(List.of(utf8(description.toString())), 0);
    }

    @Override
    public void delete(String key, Duration limit) {
        requireSuccess(http.send(call(CloudOperation.DELETE, "DELETE", objectPath(key), new Query()), limit));
    }

    @Override
    public Optional<BatchDeletion> batchDeletion() {
        return Optional.of(new BatchDeletion(DELETIONS_PER_REQUEST, this::deleteMany));
    }

    private List<FailedDeletion> deleteMany(List<String> keys, Duration limit) {
        Batch batch = new Batch(options.requests().random());
        keys.forEach(key -> batch.add("DELETE " + objectPath(key)));
        HttpCall call = call(CloudOperation.DELETE_MANY, "POST", "/batch/storage/v1", new Query())
                .header("Content-Type", batch.contentType())
                .payload(List.of(utf8(batch.body())), 0);
        Reply reply = http.send(call, limit);
        if (!reply.isSuccess()) {
            throw failures.ofBucket(reply);
        }
        List<FailedDeletion> failed = new ArrayList<>();
        List<Reply> answers = Batch.answers(reply, keys.size());
        for (int i = 0; i < keys.size(); i++) {
            Reply answer = answers.get(i);
            FailedCall failure = answer.isSuccess() ? null : failures.ofObject(answer);
            if (failure != null && failure.kind() != FailedCall.Kind.ABSENT) {
                failed.add(new FailedDeletion(keys.get(i), failure));
            }
        }
        return failed;
    }

    @Override
    public ListedPage list(String prefix, Optional<String> page, Duration limit) {
        Query query = new Query()
                .add("prefix", options.location().prefix().objectKey(prefix))
                .add("pageToken", page)
                .add("fields", "items(name,size,updated),nextPageToken");
        Reply reply = http.send(call(CloudOperation.LIST, "GET", bucketPath, query), limit);
        if (!reply.isSuccess()) {
            throw failures.ofBucket(reply);
        }
        JsonNode listing = GcsFailures.json(reply);
        List<ObjectSummary> objects = new ArrayList<>();
        for (JsonNode item : listing.path("items")) {
            objects.add(new ObjectSummary(
                    options.location().prefix().key(item.path("name").asText()),
                    item.path("size").asLong(),
                    time(item.path("updated").asText(""))));
        }
        String next = listing.path("nextPageToken").asText("");
        return new ListedPage(objects, next.isEmpty() ? Optional.empty() : Optional.of(next));
    }

    @Override
    public void close() {
        http.close();
    }
}
