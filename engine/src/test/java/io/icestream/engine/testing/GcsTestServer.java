package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * A {@link CloudTestServer} that speaks the JSON interface of Google Cloud Storage: media with ranges and conditions,
 * metadata, multipart and resumable uploads, rewriting, deletion, batches, listings.
 *
 * <p>Source: JSON API reference of Cloud Storage.
 */
public final class GcsTestServer extends CloudTestServer {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)");
    private static final Pattern BATCHED = Pattern.compile("Content-ID: <(\\d+)>\r\n\r\nDELETE (\\S+) HTTP/1.1");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private volatile int mostBytesTaken = 1 << 30;
    private final CloudObjects objects = new CloudObjects();

    private GcsTestServer() {}

    @Override
    public Optional<Map<String, String>> findNotes(String key) {
        return objects.find(key).map(CloudObjects.Stored::notes);
    }

    @Override
    public int unfinishedUploads() {
        return objects.unfinished();
    }

    /** Starts a server with an empty bucket. */
    public static GcsTestServer start() {
        GcsTestServer server = new GcsTestServer();
        server.listen();
        return server;
    }

    /** From now on, only so many bytes of each part of an upload are taken. */
    public void takeAtMost(int bytes) {
        mostBytesTaken = bytes;
    }

    @Override
    Target target(Request request) {
        List<String> path = request.path();
        if (path.get(0).equals("session")) {
            String key =
                    objects.session(path.get(1)).map(CloudObjects.Session::key).orElse(path.get(1));
            return new Target(sessionCall(request), BUCKET, key);
        }
        if (path.get(0).equals("batch")) {
            return new Target(CloudCall.DELETE_MANY, BUCKET, "");
        }
        boolean upload = path.get(0).equals("upload");
        int start = upload ? 4 : 3;
        if (path.size() < start + 2) {
            return new Target(CloudCall.OTHER, BUCKET, "");
        }
        String key =
                upload ? request.query().getOrDefault("name", "") : path.size() > start + 2 ? path.get(start + 2) : "";
        return new Target(objectCall(request, upload, key), path.get(start), key);
    }

    private static CloudCall objectCall(Request request, boolean upload, String key) {
        if (upload) {
            return "resumable".equals(request.query().get("uploadType")) ? CloudCall.BEGIN_UPLOAD : CloudCall.PUT;
        }
        return switch (request.method()) {
            case "GET" ->
                key.isEmpty()
                        ? CloudCall.LIST
                        : "media".equals(request.query().get("alt")) ? CloudCall.GET : CloudCall.STAT;
            case "DELETE" -> CloudCall.DELETE;
            case "POST" -> request.path().contains("rewriteTo") ? CloudCall.COPY : CloudCall.OTHER;
            default -> CloudCall.OTHER;
        };
    }

    private static CloudCall sessionCall(Request request) {
        if (request.method().equals("DELETE")) {
            return CloudCall.ABORT_UPLOAD;
        }
        Matcher range = CONTENT_RANGE.matcher(request.header("Content-Range"));
        return range.matches() && Long.parseLong(range.group(2)) + 1 == Long.parseLong(range.group(3))
                ? CloudCall.COMPLETE_UPLOAD
                : CloudCall.UPLOAD_PART;
    }

    @Override
    S3Reply answer(Request request, Target target) {
        return switch (target.call()) {
            case GET -> get(request, target.key());
            case STAT -> json(200, description(target.key(), present(target.key(), request)));
            case PUT -> put(request, target.key());
            case COPY -> copy(request, target.key());
            case DELETE -> delete(target.key());
            case DELETE_MANY -> deleteMany(request);
            case LIST -> list(request);
            case BEGIN_UPLOAD -> begin(request, target.key());
            case UPLOAD_PART, COMPLETE_UPLOAD -> part(request);
            case ABORT_UPLOAD -> abort(request);
            case OTHER -> throw new S3Error(400, "badRequest", "This server does not do that");
        };
    }

    private CloudObjects.Stored present(String key, Request request) {
        CloudObjects.Stored stored = objects.find(key)
                .orElseThrow(() -> new S3Error(404, "notFound", "No such object: " + BUCKET + "/" + key));
        String expected = request.query().get("ifGenerationMatch");
        if (expected != null && !expected.equals(Long.toString(stored.version()))) {
            throw conditionNotMet();
        }
        return stored;
    }

    private static S3Error conditionNotMet() {
        return new S3Error(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
    }

    private S3Reply get(Request request, String key) {
        CloudObjects.Stored stored = present(key, request);
        if (Long.toString(stored.version()).equals(request.query().get("ifGenerationNotMatch"))) {
            return S3Reply.empty(304);
        }
        byte[] bytes = stored.bytes();
        String range = request.headers().getFirst("Range");
        int[] ends = range == null ? new int[] {0, bytes.length} : range(range, bytes.length);
        S3Reply reply = new S3Reply(range == null ? 200 : 206, Arrays.copyOfRange(bytes, ends[0], ends[1]))
                .header("Content-Type", "application/octet-stream")
                .header("x-goog-generation", Long.toString(stored.version()))
                .header("x-goog-hash", "crc32c=" + crc32c(bytes) + ",md5=" + md5(bytes))
                .header("ETag", "\"tag-" + stored.version() + "\"")
                .header("Last-Modified", HTTP_DATE.format(stored.lastModified()));
        return range == null
                ? reply
                : reply.header("Content-Range", "bytes " + ends[0] + "-" + (ends[1] - 1) + "/" + bytes.length);
    }

    private static String md5(byte[] bytes) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("MD5").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return Base64.getEncoder()
                .encodeToString(
                        ByteBuffer.allocate(4).putInt((int) crc.getValue()).array());
    }

    private static ObjectNode description(String key, CloudObjects.Stored stored) {
        ObjectNode json = JSON.createObjectNode();
        json.put("name", key);
        json.put("generation", Long.toString(stored.version()));
        json.put("size", Integer.toString(stored.bytes().length));
        json.put("updated", stored.lastModified().plusMillis(123).toString());
        ObjectNode metadata = json.putObject("metadata");
        stored.notes().forEach((name, value) -> {
            if (name.startsWith("metadata.")) {
                metadata.put(name.substring("metadata.".length()), value);
            }
        });
        return json;
    }

    private static S3Reply json(int status, JsonNode body) {
        return new S3Reply(status, body.toString().getBytes(UTF_8)).header("Content-Type", "application/json");
    }

    private static CloudObjects.Condition condition(Request request, String parameter) {
        String expected = request.query().get(parameter);
        return version -> {
            if (expected != null && Long.parseLong(expected) != version) {
                throw conditionNotMet();
            }
        };
    }

    /** What is kept of the description that comes with an upload, and of the query. */
    private static Map<String, String> notes(JsonNode description, Request request) {
        Map<String, String> notes = new TreeMap<>();
        description
                .path("metadata")
                .properties()
                .forEach(entry ->
                        notes.put("metadata." + entry.getKey(), entry.getValue().asText()));
        for (String name : List.of("storageClass", "contentType", "crc32c")) {
            if (description.has(name)) {
                notes.put(name, description.get(name).asText());
            }
        }
        for (String name : List.of("kmsKeyName", "destinationKmsKeyName")) {
            if (request.query().containsKey(name)) {
                notes.put(name, request.query().get(name));
            }
        }
        String project = request.header("x-goog-user-project");
        if (!project.isEmpty()) {
            notes.put("userProject", project);
        }
        return notes;
    }

    private static JsonNode parsed(String json) {
        try {
            return json.isBlank() ? JSON.createObjectNode() : JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new S3Error(400, "parseError", "Parse Error");
        }
    }

    private static void requireChecksum(Map<String, String> notes, byte[] bytes) {
        String given = notes.remove("crc32c");
        if (given != null && !given.equals(crc32c(bytes))) {
            throw new S3Error(
                    400,
                    "invalid",
                    "Provided CRC32C \"" + given + "\" doesn't match calculated CRC32C \"" + crc32c(bytes) + "\".");
        }
    }

    private S3Reply put(Request request, String key) {
        String type = request.header("Content-Type");
        String boundary = type.substring(type.indexOf("boundary=") + "boundary=".length());
        String[] parts = new String(request.bytes(), ISO_8859_1).split("(\r\n)?--" + Pattern.quote(boundary), -1);
        String description = parts[1].substring(parts[1].indexOf("\r\n\r\n") + 4);
        byte[] content = parts[2].substring(parts[2].indexOf("\r\n\r\n") + 4).getBytes(ISO_8859_1);
        Map<String, String> notes = notes(parsed(new String(description.getBytes(ISO_8859_1), UTF_8)), request);
        requireChecksum(notes, content);
        return json(200, description(key, objects.put(key, content, notes, condition(request, "ifGenerationMatch"))));
    }

    private S3Reply copy(Request request, String key) {
        List<String> path = request.path();
        String to = path.get(path.size() - 1);
        if (objects.find(key).isEmpty()) {
            throw new S3Error(404, "notFound", "No such object: " + BUCKET + "/" + key);
        }
        Map<String, String> notes = notes(parsed(new String(request.bytes(), UTF_8)), request);
        CloudObjects.Stored copy = objects.copy(key, to, condition(request, "ifSourceGenerationMatch"), notes);
        ObjectNode answer = JSON.createObjectNode();
        if (copy.bytes().length > 1_000_000 && !request.query().containsKey("rewriteToken")) {
            return json(200, answer.put("done", false).put("rewriteToken", "go on"));
        }
        answer.put("done", true).set("resource", description(to, copy));
        return json(200, answer);
    }

    private S3Reply delete(String key) {
        if (!objects.delete(key)) {
            throw new S3Error(404, "notFound", "No such object: " + BUCKET + "/" + key);
        }
        return S3Reply.empty(204);
    }

    private S3Reply deleteMany(Request request) {
        StringBuilder answer = new StringBuilder();
        Matcher batched = BATCHED.matcher(new String(request.bytes(), UTF_8));
        while (batched.find()) {
            List<String> path = Request.path(batched.group(2));
            answer.append("--batch_x\r\nContent-Type: application/http\r\nContent-ID: <response-")
                    .append(batched.group(1))
                    .append(">\r\n\r\n")
                    .append(batchedAnswer(path))
                    .append("\r\n");
        }
        answer.append("--batch_x--\r\n");
        return new S3Reply(200, answer.toString().getBytes(UTF_8))
                .header("Content-Type", "multipart/mixed; boundary=batch_x");
    }

    private String batchedAnswer(List<String> path) {
        if (!path.get(3).equals(BUCKET)) {
            return "HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\n\r\n"
                    + new String(
                            error(404, "notFound", "The specified bucket does not exist.")
                                    .body(),
                            UTF_8);
        }
        String key = path.get(5);
        if (key.endsWith("undeletable")) {
            return "HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\n\r\n"
                    + new String(
                            error(403, "retentionPolicyNotMet", "The object is held")
                                    .body(),
                            UTF_8);
        }
        return objects.delete(key) ? "HTTP/1.1 204 No Content\r\n\r\n" : "HTTP/1.1 404 Not Found\r\n\r\n";
    }

    private S3Reply list(Request request) {
        String prefix = request.query().getOrDefault("prefix", "");
        String after = request.query().getOrDefault("pageToken", "");
        List<Map.Entry<String, CloudObjects.Stored>> found = objects.list(prefix, after);
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode items = answer.putArray("items");
        found.stream().limit(pageSize()).forEach(entry -> items.add(description(entry.getKey(), entry.getValue())));
        if (found.size() > pageSize()) {
            answer.put("nextPageToken", found.get(pageSize() - 1).getKey());
        }
        return json(200, answer);
    }

    private S3Reply begin(Request request, String key) {
        Map<String, String> notes = notes(parsed(new String(request.bytes(), UTF_8)), request);
        CloudObjects.Condition condition = condition(request, "ifGenerationMatch");
        condition.require(objects.find(key).map(CloudObjects.Stored::version).orElse(0L));
        return S3Reply.empty(200).header("Location", endpoint() + "/session/" + objects.begin(key, notes, condition));
    }

    /** Bytes that are there already are ignored. */
    private S3Reply part(Request request) {
        String id = request.path().get(1);
        CloudObjects.Session session =
                objects.session(id).orElseThrow(() -> new S3Error(404, "notFound", "No such upload"));
        Matcher range = CONTENT_RANGE.matcher(request.header("Content-Range"));
        if (!range.matches()) {
            throw new S3Error(400, "badRequest", "Content-Range is needed");
        }
        int start = Integer.parseInt(range.group(1));
        int total = Integer.parseInt(range.group(3));
        byte[] sent = request.bytes();
        synchronized (session.bytes()) {
            int there = session.bytes().size();
            if (start > there) {
                throw new S3Error(503, "backendError", "Bytes are missing");
            }
            int end = Math.min(start + sent.length, Math.max(there, start) + mostBytesTaken);
            if (end > there) {
                session.bytes().write(sent, there - start, end - there);
            }
            if (session.bytes().size() < total) {
                S3Reply reply = S3Reply.empty(308);
                return session.bytes().size() == 0
                        ? reply
                        : reply.header("Range", "bytes=0-" + (session.bytes().size() - 1));
            }
            return finish(id, session);
        }
    }

    private S3Reply finish(String id, CloudObjects.Session session) {
        Map<String, String> notes = new TreeMap<>(session.notes());
        requireChecksum(notes, session.bytes().toByteArray());
        CloudObjects.Stored stored =
                objects.put(session.key(), session.bytes().toByteArray(), notes, session.condition());
        objects.end(id);
        return json(200, description(session.key(), stored));
    }

    private S3Reply abort(Request request) {
        objects.end(request.path().get(1));
        return S3Reply.empty(499);
    }

    @Override
    S3Reply error(int status, String code, String text) {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode error = body.putObject("error").put("code", status).put("message", text);
        error.putArray("errors").addObject().put("reason", code).put("message", text);
        return json(status, body);
    }

    @Override
    S3Error noBucket() {
        return new S3Error(404, "notFound", "The specified bucket does not exist.");
    }

    @Override
    void tellWrongVersion(S3Reply reply) {
        reply.header("x-goog-generation", "1");
    }
}
