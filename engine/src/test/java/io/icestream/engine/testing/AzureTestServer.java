package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URI;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A {@link CloudTestServer} that speaks the REST interface of Azure Blob, as far as block blobs go: Get and Head Blob,
 * Put Blob, Put Block and Block List, Copy Blob, deletion, listings. Names of accounts are those in the path; signatures
 * are kept with the objects but not verified.
 *
 * <p>Source: Blob service REST API.
 */
public final class AzureTestServer extends CloudTestServer {
    /** The account that is there. */
    public static final String ACCOUNT = "account";

    /** A key of the account; requests signed with another are not told apart. */
    public static final String KEY = "c2VjcmV0LXNlY3JldA==";

    private static final Pattern BLOCK = Pattern.compile("<Latest>([^<]*)</Latest>");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final AtomicInteger looksUntilCopied = new AtomicInteger();
    private final CloudObjects objects = new CloudObjects();

    private AzureTestServer() {}

    @Override
    public Optional<Map<String, String>> findNotes(String key) {
        return objects.find(key).map(CloudObjects.Stored::notes);
    }

    @Override
    public int unfinishedUploads() {
        return objects.unfinished();
    }

    /** Starts a server with an empty container. */
    public static AzureTestServer start() {
        AzureTestServer server = new AzureTestServer();
        server.listen();
        return server;
    }

    /** Where clients of the account find it. */
    public URI accountEndpoint() {
        return URI.create(endpoint() + "/" + ACCOUNT);
    }

    /** From now on, a copy is told to be under way until its target was looked at so many times. */
    public void copyWithinLooks(int number) {
        looksUntilCopied.set(number);
    }

    @Override
    Target target(Request request) {
        List<String> path = request.path();
        String bucket = path.size() > 1 ? path.get(1) : "";
        String key = path.size() > 2 ? String.join("/", path.subList(2, path.size())) : "";
        return new Target(call(request, key), bucket, key);
    }

    private static CloudCall call(Request request, String key) {
        if (key.isEmpty()) {
            return "list".equals(request.query().get("comp")) ? CloudCall.LIST : CloudCall.OTHER;
        }
        return switch (request.method()) {
            case "GET" -> CloudCall.GET;
            case "HEAD" -> CloudCall.STAT;
            case "DELETE" -> CloudCall.DELETE;
            case "PUT" ->
                switch (request.query().getOrDefault("comp", "")) {
                    case "block" -> CloudCall.UPLOAD_PART;
                    case "blocklist" -> CloudCall.COMPLETE_UPLOAD;
                    case "" -> request.headers().containsKey("x-ms-copy-source") ? CloudCall.COPY : CloudCall.PUT;
                    default -> CloudCall.OTHER;
                };
            default -> CloudCall.OTHER;
        };
    }

    @Override
    S3Reply answer(Request request, Target target) {
        return switch (target.call()) {
            case GET -> get(request, target.key());
            case STAT -> stat(target.key());
            case PUT -> put(request, target.key());
            case COPY -> copy(request, target.key());
            case DELETE -> delete(target.key());
            case LIST -> list(request);
            case UPLOAD_PART -> block(request, target.key());
            case COMPLETE_UPLOAD -> blockList(request, target.key());
            default -> throw new S3Error(400, "UnsupportedHttpVerb", "This server does not do that");
        };
    }

    private CloudObjects.Stored present(String key) {
        return objects.find(key)
                .orElseThrow(() -> new S3Error(404, "BlobNotFound", "The specified blob does not exist."));
    }

    private static String etag(long version) {
        return "\"0x" + Long.toHexString(version).toUpperCase(Locale.ROOT) + "\"";
    }

    private static S3Error conditionNotMet() {
        return new S3Error(
                412, "ConditionNotMet", "The condition specified using HTTP conditional header(s) is not met.");
    }

    private S3Reply get(Request request, String key) {
        CloudObjects.Stored stored = present(key);
        String etag = etag(stored.version());
        if (request.header("If-None-Match").equals(etag)) {
            return described(S3Reply.empty(304), stored);
        }
        String expected = request.header("If-Match");
        if (!expected.isEmpty() && !expected.equals(etag)) {
            throw conditionNotMet();
        }
        byte[] bytes = stored.bytes();
        String range = request.header("x-ms-range");
        if (range.isEmpty()) {
            return described(new S3Reply(200, bytes), stored);
        }
        int[] ends = range(range, bytes.length);
        return described(new S3Reply(206, Arrays.copyOfRange(bytes, ends[0], ends[1])), stored)
                .header("Content-Range", "bytes " + ends[0] + "-" + (ends[1] - 1) + "/" + bytes.length);
    }

    private S3Reply stat(String key) {
        CloudObjects.Stored stored = present(key);
        S3Reply reply = described(new S3Reply(200, stored.bytes()), stored);
        if (stored.notes().containsKey("x-ms-copy-id")) {
            reply.header("x-ms-copy-status", looksUntilCopied.decrementAndGet() > 0 ? "pending" : "success");
        }
        return reply;
    }

    private static S3Reply described(S3Reply reply, CloudObjects.Stored stored) {
        stored.notes().forEach((name, value) -> {
            if (name.startsWith("x-ms-meta-") || name.equals("x-ms-copy-id") || name.equals("content-md5")) {
                reply.header(
                        name.equals("content-md5") && reply.status() != 200 ? "x-ms-blob-content-md5" : name, value);
            }
        });
        return reply.header("ETag", etag(stored.version()))
                .header("Last-Modified", HTTP_DATE.format(stored.lastModified()));
    }

    /** What is kept of the headers of a write. */
    private static Map<String, String> notes(Request request) {
        Map<String, String> notes = new TreeMap<>();
        request.headers().forEach((name, values) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith("x-ms-") || lower.equals("content-md5") || lower.equals("authorization")) {
                notes.put(lower, values.get(0));
            }
        });
        return notes;
    }

    private static CloudObjects.Condition condition(Request request) {
        String expected = request.header("If-Match");
        boolean absent = request.header("If-None-Match").equals("*");
        return version -> {
            if (absent && version != 0) {
                throw new S3Error(409, "BlobAlreadyExists", "The specified blob already exists.");
            }
            if (!expected.isEmpty() && !expected.equals(etag(version))) {
                throw conditionNotMet();
            }
        };
    }

    private static void requireChecksum(Request request) {
        String given = request.header("Content-MD5");
        if (!given.isEmpty()
                && !given.equals(Base64.getEncoder().encodeToString(S3Objects.hash("MD5", request.bytes())))) {
            throw new S3Error(400, "Md5Mismatch", "The MD5 value specified in the request did not match");
        }
    }

    private S3Reply put(Request request, String key) {
        requireChecksum(request);
        CloudObjects.Stored stored = objects.put(key, request.bytes(), notes(request), condition(request));
        return S3Reply.empty(201).header("ETag", etag(stored.version()));
    }

    private S3Reply block(Request request, String key) {
        requireChecksum(request);
        objects.block(key, request.query().getOrDefault("blockid", ""), request.bytes());
        return S3Reply.empty(201);
    }

    private S3Reply blockList(Request request, String key) {
        List<String> ids = new ArrayList<>();
        Matcher block = BLOCK.matcher(new String(request.bytes(), UTF_8));
        while (block.find()) {
            ids.add(block.group(1));
        }
        Map<String, String> notes = notes(request);
        notes.remove("content-md5");
        Optional<CloudObjects.Stored> stored = objects.join(key, ids, notes, condition(request));
        return stored.map(made -> S3Reply.empty(201).header("ETag", etag(made.version())))
                .orElseThrow(() -> new S3Error(400, "InvalidBlockList", "The specified block list is invalid."));
    }

    private S3Reply copy(Request request, String to) {
        List<String> path =
                Request.path(URI.create(request.header("x-ms-copy-source")).getRawPath());
        String from = String.join("/", path.subList(2, path.size()));
        present(from);
        String expected = request.header("x-ms-source-if-match");
        Map<String, String> notes = notes(request);
        notes.put("x-ms-copy-id", "copy-" + from);
        CloudObjects.Stored copy = objects.copy(
                from,
                to,
                version -> {
                    if (!expected.equals(etag(version))) {
                        throw new S3Error(412, "SourceConditionNotMet", "The source condition is not met.");
                    }
                },
                notes);
        return S3Reply.empty(202)
                .header("ETag", etag(copy.version()))
                .header("x-ms-copy-id", "copy-" + from)
                .header("x-ms-copy-status", looksUntilCopied.get() > 0 ? "pending" : "success");
    }

    private S3Reply delete(String key) {
        if (!objects.delete(key)) {
            throw new S3Error(404, "BlobNotFound", "The specified blob does not exist.");
        }
        return S3Reply.empty(202);
    }

    private S3Reply list(Request request) {
        String prefix = request.query().getOrDefault("prefix", "");
        List<Map.Entry<String, CloudObjects.Stored>> found =
                objects.list(prefix, request.query().getOrDefault("marker", ""));
        StringBuilder xml =
                new StringBuilder("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>"
                        + "<Blob><Name>" + S3Reply.escaped(prefix)
                        + "</Name><Properties><Content-Length>0</Content-Length>"
                        + "<ResourceType>directory</ResourceType></Properties></Blob>");
        found.stream()
                .limit(pageSize())
                .forEach(entry -> xml.append("<Blob><Name>")
                        .append(S3Reply.escaped(entry.getKey()))
                        .append("</Name><Properties><Last-Modified>")
                        .append(HTTP_DATE.format(entry.getValue().lastModified()))
                        .append("</Last-Modified><Content-Length>")
                        .append(entry.getValue().bytes().length)
                        .append("</Content-Length><BlobType>BlockBlob</BlobType></Properties></Blob>"));
        String next = found.size() > pageSize() ? found.get(pageSize() - 1).getKey() : "";
        xml.append("</Blobs><NextMarker>").append(S3Reply.escaped(next)).append("</NextMarker></EnumerationResults>");
        return S3Reply.xml(200, xml.toString());
    }

    @Override
    S3Reply error(int status, String code, String text) {
        String body = "\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>"
                + S3Reply.escaped(text) + "\nRequestId:request-1\nTime:2026-11-22T00:00:00Z</Message></Error>";
        return S3Reply.xml(status, body).header("x-ms-error-code", code);
    }

    @Override
    S3Error noBucket() {
        return new S3Error(404, "ContainerNotFound", "The specified container does not exist.");
    }

    @Override
    void tellWrongVersion(S3Reply reply) {
        reply.header("ETag", "\"0x1\"");
    }
}
