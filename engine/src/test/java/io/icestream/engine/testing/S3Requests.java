package io.icestream.engine.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.ZoneOffset.UTC;

import io.icestream.engine.testing.S3Objects.Condition;
import io.icestream.engine.testing.S3Objects.Stored;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.xml.sax.SAXException;

/** What {@link S3TestServer} does with the requests to one bucket. */
final class S3Requests {
    private static final Pattern RANGE = Pattern.compile("bytes=(\\d*)-(\\d*)");
    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(UTC);

    private final S3Objects objects;
    private final int pageSize;

    S3Requests(S3Objects objects, int pageSize) {
        this.objects = objects;
        this.pageSize = pageSize;
    }

    S3Reply answer(S3Request request) {
        return switch (request.call()) {
            case GET -> get(request);
            case STAT -> head(request);
            case PUT -> put(request);
            case COPY -> copy(request);
            case DELETE -> delete(request);
            case DELETE_MANY -> deleteMany(request);
            case LIST -> list(request);
            case BEGIN_UPLOAD -> createMultipart(request);
            case UPLOAD_PART -> uploadPart(request);
            case COMPLETE_UPLOAD -> completeMultipart(request);
            case ABORT_UPLOAD -> abortMultipart(request);
            case OTHER -> throw new S3Error(501, "NotImplemented", "This server does not do that");
        };
    }

    private Stored present(String key) {
        Stored stored = objects.find(key);
        if (stored == null) {
            throw S3Error.noSuchKey();
        }
        return stored;
    }

    private S3Reply get(S3Request request) {
        Stored stored = present(request.key());
        Condition condition = request.condition();
        String known = condition.ifNoneMatch();
        if (known != null && S3Objects.quoted(known).equals(stored.etag())) {
            return described(S3Reply.empty(304), stored);
        }
        new Condition(condition.ifMatch(), null).require(stored);
        String range = request.headers().getFirst("Range");
        if (range == null) {
            return withChecksums(request, described(new S3Reply(200, stored.bytes()), stored), stored);
        }
        int size = stored.bytes().length;
        int[] ends = range(range, size);
        return described(new S3Reply(206, Arrays.copyOfRange(stored.bytes(), ends[0], ends[1])), stored)
                .header("Content-Range", "bytes " + ends[0] + "-" + (ends[1] - 1) + "/" + size);
    }

    /** First byte and the one after the last; a range that begins behind the end is refused. */
    private static int[] range(String text, int size) {
        Matcher matcher = RANGE.matcher(text);
        if (!matcher.matches()) {
            throw new S3Error(400, "InvalidArgument", text);
        }
        boolean suffix = matcher.group(1).isEmpty();
        long first = suffix ? Math.max(0, size - Long.parseLong(matcher.group(2))) : Long.parseLong(matcher.group(1));
        long last = suffix || matcher.group(2).isEmpty() ? size - 1 : Long.parseLong(matcher.group(2));
        if (first >= size || first > last) {
            throw new S3Error(
                    416,
                    "InvalidRange",
                    "The requested range is not satisfiable",
                    Map.of("Content-Range", "bytes */" + size));
        }
        return new int[] {(int) first, (int) Math.min(size, last + 1)};
    }

    private S3Reply head(S3Request request) {
        Stored stored = present(request.key());
        return withChecksums(request, described(new S3Reply(200, stored.bytes()), stored), stored);
    }

    /** Checksums are of the whole object, and are told to those who ask. */
    private static S3Reply withChecksums(S3Request request, S3Reply reply, Stored stored) {
        if (request.headers().containsKey("x-amz-checksum-mode")) {
            stored.headers().forEach((name, value) -> {
                if (name.startsWith("x-amz-checksum-")) {
                    reply.header(name, value);
                }
            });
        }
        return reply;
    }

    private static S3Reply described(S3Reply reply, Stored stored) {
        stored.headers().forEach((name, value) -> {
            if (!name.equals("x-amz-request-payer") && !name.startsWith("x-amz-checksum-")) {
                reply.header(name, value);
            }
        });
        return reply.header("ETag", stored.etag())
                .header("Last-Modified", HTTP_DATE.format(stored.lastModified()))
                .header("Accept-Ranges", "bytes");
    }

    private S3Reply put(S3Request request) {
        S3Body body = request.body();
        Map<String, String> headers = request.kept();
        headers.putAll(body.checksums());
        Stored stored = objects.put(request.key(), body.bytes(), headers, request.condition());
        return S3Reply.empty(200).header("ETag", stored.etag());
    }

    private S3Reply copy(S3Request request) {
        Stored original = present(request.source());
        String expected = request.headers().getFirst("x-amz-copy-source-if-match");
        new Condition(expected, null).require(original);
        boolean replace = "REPLACE".equals(request.headers().getFirst("x-amz-metadata-directive"));
        Stored copy = objects.copy(original, request.key(), replace ? request.kept() : null, request.condition());
        return S3Reply.xml(
                200,
                "<CopyObjectResult><ETag>" + S3Reply.escaped(copy.etag()) + "</ETag><LastModified>"
                        + copy.lastModified() + "</LastModified></CopyObjectResult>");
    }

    private S3Reply delete(S3Request request) {
        objects.delete(request.key());
        return S3Reply.empty(204);
    }

    private S3Reply deleteMany(S3Request request) {
        StringBuilder deleted = new StringBuilder("<DeleteResult>");
        Document document = parsed(request.body().bytes());
        for (String key : texts(document, "Key")) {
            String name = "<Key>" + S3Reply.escaped(key) + "</Key>";
            if (key.endsWith("undeletable")) {
                deleted.append("<Error>" + name + "<Code>AccessDenied</Code><Message>It is held</Message></Error>");
            } else {
                objects.delete(key);
                deleted.append("<Deleted>" + name + "</Deleted>");
            }
        }
        return S3Reply.xml(200, deleted.append("</DeleteResult>").toString());
    }

    private S3Reply list(S3Request request) {
        Map<String, String> query = request.query();
        String prefix = query.getOrDefault("prefix", "");
        String delimiter = query.getOrDefault("delimiter", "");
        String after = query.getOrDefault("continuation-token", query.getOrDefault("start-after", ""));
        int most = Math.min(pageSize, Integer.parseInt(query.getOrDefault("max-keys", "1000")));
        Set<String> groups = new TreeSet<>();
        StringBuilder contents = new StringBuilder();
        String last = "";
        int count = 0;
        boolean truncated = false;
        for (Map.Entry<String, Stored> entry : objects.list(prefix, after)) {
            String group = group(entry.getKey(), prefix, delimiter);
            if (group != null && (groups.contains(group) || after.startsWith(group))) {
                last = entry.getKey();
                continue;
            }
            if (count == most) {
                truncated = true;
                break;
            }
            count++;
            last = entry.getKey();
            if (group == null) {
                contents.append(listed(entry.getKey(), entry.getValue()));
            } else {
                groups.add(group);
            }
        }
        return S3Reply.xml(200, listing(query, contents, groups, truncated ? last : null, count));
    }

    private static @Nullable String group(String key, String prefix, String delimiter) {
        int end = delimiter.isEmpty() ? -1 : key.indexOf(delimiter, prefix.length());
        return end < 0 ? null : key.substring(0, end + delimiter.length());
    }

    private static String listed(String key, Stored stored) {
        return "<Contents><Key>" + encoded(key) + "</Key><LastModified>" + iso(stored.lastModified())
                + "</LastModified><ETag>" + S3Reply.escaped(stored.etag()) + "</ETag><Size>" + stored.bytes().length
                + "</Size></Contents>";
    }

    private static String iso(Instant time) {
        return DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
                .withZone(UTC)
                .format(time);
    }

    private static String listing(
            Map<String, String> query, StringBuilder contents, Set<String> groups, @Nullable String next, int count) {
        StringBuilder xml = new StringBuilder("<ListBucketResult><EncodingType>url</EncodingType><KeyCount>" + count
                + "</KeyCount><Prefix>" + encoded(query.getOrDefault("prefix", "")) + "</Prefix><IsTruncated>"
                + (next != null) + "</IsTruncated>");
        if (next != null) {
            xml.append("<NextContinuationToken>").append(S3Reply.escaped(next)).append("</NextContinuationToken>");
        }
        xml.append(contents);
        groups.forEach(group ->
                xml.append("<CommonPrefixes><Prefix>").append(encoded(group)).append("</Prefix></CommonPrefixes>"));
        return xml.append("</ListBucketResult>").toString();
    }

    private static String encoded(String key) {
        return URLEncoder.encode(key, UTF_8).replace("%2F", "/");
    }

    private S3Reply createMultipart(S3Request request) {
        String id = objects.createUpload(request.key(), request.kept());
        return S3Reply.xml(
                200, "<InitiateMultipartUploadResult><UploadId>" + id + "</UploadId></InitiateMultipartUploadResult>");
    }

    private S3Reply uploadPart(S3Request request) {
        int number = Integer.parseInt(request.query().getOrDefault("partNumber", "0"));
        String etag = objects.uploadPart(
                request.key(), uploadId(request), number, request.body().bytes());
        return S3Reply.empty(200).header("ETag", etag);
    }

    private S3Reply completeMultipart(S3Request request) {
        Document document = parsed(request.body().bytes());
        List<String> numbers = texts(document, "PartNumber");
        List<String> etags = texts(document, "ETag");
        Map<Integer, String> parts = new TreeMap<>();
        for (int i = 0; i < numbers.size(); i++) {
            parts.put(Integer.valueOf(numbers.get(i)), etags.get(i));
        }
        Stored stored = objects.completeUpload(request.key(), uploadId(request), parts, request.condition());
        return S3Reply.xml(
                200,
                "<CompleteMultipartUploadResult><ETag>" + S3Reply.escaped(stored.etag())
                        + "</ETag></CompleteMultipartUploadResult>");
    }

    private S3Reply abortMultipart(S3Request request) {
        objects.abortUpload(request.key(), uploadId(request));
        return S3Reply.empty(204);
    }

    private static String uploadId(S3Request request) {
        return request.query().getOrDefault("uploadId", "");
    }

    private static Document parsed(byte[] xml) {
        try {
            return DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new ByteArrayInputStream(xml));
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new S3Error(400, "MalformedXML", e.toString());
        }
    }

    private static List<String> texts(Document document, String tag) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < document.getElementsByTagName(tag).getLength(); i++) {
            texts.add(((Element) document.getElementsByTagName(tag).item(i)).getTextContent());
        }
        return texts;
    }
}
