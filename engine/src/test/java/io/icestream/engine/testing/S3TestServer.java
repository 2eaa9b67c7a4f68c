package io.icestream.engine.testing;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Amazon S3, as far as the engine asks for it: path style, with the conditions, errors and framing that S3 has.
 *
 * <p>What it does: GET with ranges and conditions, HEAD, PUT, COPY, DELETE, DeleteObjects, ListObjectsV2, multipart
 * uploads. Signatures are not verified; the access key, session token and region they name are. Objects whose keys end
 * with {@code undeletable} are not deleted with others.
 *
 * <p>Source: Amazon S3 API Reference.
 */
public final class S3TestServer extends CloudTestServer {
    /** The access key that is let in. */
    public static final String ACCESS_KEY = "test-key";

    /** The secret key that goes with it; it is not verified. */
    public static final String SECRET_KEY = "test-secret";

    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/]+)/[0-9]+/([^/]+)/s3/");

    private final Map<String, S3Objects> buckets = new ConcurrentHashMap<>();
    private volatile @Nullable String region;
    private volatile boolean knowsConditions = true;

    private S3TestServer() {}

    /** Starts a server with some empty buckets. */
    public static S3TestServer start(String... buckets) {
        S3TestServer server = new S3TestServer();
        for (String bucket : buckets) {
            server.buckets.put(bucket, new S3Objects());
        }
        server.listen();
        return server;
    }

    /** From now on, requests signed for another region are turned away, as S3 does. */
    public void requireRegion(String name) {
        region = name;
    }

    /** From now on, writes with a condition are turned away, as by stores that do not know any. */
    public void refuseConditions() {
        knowsConditions = false;
    }

    /** {@inheritDoc} They are the headers. */
    @Override
    public Optional<Map<String, String>> findNotes(String key) {
        return Optional.ofNullable(bucket(BUCKET).find(key)).map(S3Objects.Stored::headers);
    }

    @Override
    public int unfinishedUploads() {
        return bucket(BUCKET).unfinishedUploads();
    }

    private S3Objects bucket(String name) {
        S3Objects bucket = buckets.get(name);
        if (bucket == null) {
            throw noBucket();
        }
        return bucket;
    }

    @Override
    boolean hasBucket(String name) {
        return buckets.containsKey(name);
    }

    @Override
    Target target(Request request) {
        List<String> path = request.path();
        String key = String.join("/", path.subList(1, path.size()));
        return new Target(S3Request.call(request, !key.isEmpty()), path.get(0), key);
    }

    @Override
    S3Reply answer(Request request, Target target) {
        S3Request asked = new S3Request(target.call(), target.key(), request);
        if (!knowsConditions && asked.isConditionalWrite()) {
            throw new S3Error(
                    501, "NotImplemented", "A header you provided implies functionality that is not implemented");
        }
        return new S3Requests(bucket(target.bucket()), pageSize()).answer(asked);
    }

    @Override
    void authorize(Request request) {
        if (isExpired(request.header("x-amz-security-token"))) {
            throw new S3Error(400, "ExpiredToken", "The provided token has expired.");
        }
        String authorization = request.header("Authorization");
        if (authorization.isEmpty()) {
            return;
        }
        Matcher matcher = CREDENTIAL.matcher(authorization);
        if (!matcher.find() || !matcher.group(1).equals(ACCESS_KEY)) {
            throw new S3Error(403, "InvalidAccessKeyId", "The access key does not exist in our records.");
        }
        String required = region;
        if (required != null && !matcher.group(2).equals(required)) {
            throw new S3Error(
                    400,
                    "AuthorizationHeaderMalformed",
                    "the region '" + matcher.group(2) + "' is wrong; expecting '" + required + "'",
                    Map.of("x-amz-bucket-region", required));
        }
    }

    @Override
    S3Reply error(int status, String code, String text) {
        String body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>" + code + "</Code><Message>"
                + S3Reply.escaped(text) + "</Message><RequestId>request-1</RequestId></Error>";
        return S3Reply.xml(status, body);
    }

    @Override
    S3Error noBucket() {
        return new S3Error(404, "NoSuchBucket", "The specified bucket does not exist");
    }

    @Override
    void tellWrongVersion(S3Reply reply) {
        reply.header("ETag", "\"wrong\"");
    }
}
