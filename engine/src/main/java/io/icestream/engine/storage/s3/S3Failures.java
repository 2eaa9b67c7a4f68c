package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.FailedCall.Kind;
import io.icestream.engine.storage.cloud.Reply;
import java.net.http.HttpHeaders;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpResponse;
import software.amazon.awssdk.services.s3.model.S3Error;

/** What exceptions of the SDK mean. */
final class S3Failures {
    /** Codes that say more than the status, or something else. */
    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("ExpiredToken", Kind.EXPIRED),
            Map.entry("ExpiredTokenException", Kind.EXPIRED),
            Map.entry("TokenRefreshRequired", Kind.EXPIRED),
            Map.entry("InvalidToken", Kind.EXPIRED),
            Map.entry("SlowDown", Kind.THROTTLED),
            Map.entry("Throttling", Kind.THROTTLED),
            Map.entry("ThrottlingException", Kind.THROTTLED),
            Map.entry("RequestLimitExceeded", Kind.THROTTLED),
            Map.entry("TooManyRequestsException", Kind.THROTTLED),
            Map.entry("ConditionalRequestConflict", Kind.CONFLICT),
            Map.entry("OperationAborted", Kind.CONFLICT),
            Map.entry("ConcurrentModification", Kind.CONFLICT),
            Map.entry("BadDigest", Kind.DAMAGED),
            Map.entry("IncompleteBody", Kind.DAMAGED),
            Map.entry("InvalidDigest", Kind.DAMAGED),
            Map.entry("XAmzContentSHA256Mismatch", Kind.DAMAGED),
            Map.entry("RequestTimeout", Kind.NO_ANSWER),
            Map.entry("NoSuchBucket", Kind.FINAL),
            Map.entry("NoSuchUpload", Kind.NO_UPLOAD));

    private final S3Options options;

    S3Failures(S3Options options) {
        this.options = options;
    }

    /**
     * @param limit how long the request was allowed to take
     */
    FailedCall of(SdkException e, Duration limit) {
        if (e instanceof AwsServiceException told) {
            return ofReply(told);
        }
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return FailedCall.of(Kind.NO_ANSWER, "it took longer than " + limit, e);
        }
        if (e instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            return FailedCall.of(Kind.INTERRUPTED, "the thread was interrupted", e);
        }
        return ours(e).orElseGet(() -> withoutReply(e));
    }

    /** What we threw while the SDK was reading a reply for us, and it has wrapped. */
    private static Optional<FailedCall> ours(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FailedCall failure) {
                return Optional.of(failure);
            }
        }
        return Optional.empty();
    }

    /** The SDK has no type for a wrong checksum. */
    private static FailedCall withoutReply(SdkException e) {
        FailedCall failure = FailedCall.ofConnection(e);
        return failure.kind() == Kind.FINAL && failure.text().contains("different checksum")
                ? FailedCall.of(Kind.DAMAGED, failure.text(), e)
                : failure;
    }

    private FailedCall ofReply(AwsServiceException e) {
        Optional<AwsErrorDetails> details = Optional.ofNullable(e.awsErrorDetails());
        String code = details.map(AwsErrorDetails::errorCode).orElse("");
        String text = details.map(AwsErrorDetails::errorMessage).orElse("");
        return FailedCall.of(kind(e.statusCode(), code), reply(e), code, text, e);
    }

    private static Kind kind(int status, String code) {
        if (status == 400 && code.isEmpty()) {
            // A reply to HEAD has no body that could say it; this is how expired keys look there.
            return Kind.EXPIRED;
        }
        return KINDS.getOrDefault(code, Kind.ofStatus(status));
    }

    private Reply reply(AwsServiceException e) {
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        response(e).map(SdkHttpResponse::headers).ifPresent(headers::putAll);
        if (e.requestId() != null) {
            headers.putIfAbsent("x-amz-request-id", List.of(e.requestId()));
        }
        return new Reply(
                e.statusCode(),
                HttpHeaders.of(headers, (name, value) -> true),
                ByteBuffer.allocate(0),
                options.requests().clock().instant());
    }

    private static Optional<SdkHttpResponse> response(AwsServiceException e) {
        return Optional.ofNullable(e.awsErrorDetails()).map(AwsErrorDetails::sdkHttpResponse);
    }

    /** An object of several that was not deleted. */
    static FailedCall ofDeletion(S3Error error) {
        Kind kind = "AccessDenied".equals(error.code())
                ? Kind.FINAL
                : KINDS.getOrDefault(String.valueOf(error.code()), Kind.NO_ANSWER);
        return FailedCall.of(
                kind, "'" + error.key() + "' was not deleted (" + error.code() + ": " + error.message() + ")");
    }

    /** The reply is none of a store that can hold repositories. */
    static FailedCall stranger(String habit) {
        return FailedCall.of(Kind.FINAL, "the store " + habit + ", so it cannot hold repositories");
    }

    Optional<String> reason(FailedCall failure) {
        Optional<String> region = region(failure);
        if (region.isPresent()) {
            return Optional.of("the bucket is in region " + region.get() + "; set the region to that"
                    + options.region().map(name -> " instead of " + name).orElse(""));
        }
        return switch (failure.code()) {
            case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired" ->
                Optional.of("the credentials have expired; renew them, or use ones that are refreshed ("
                        + options.credentials() + ")");
            case "NoSuchBucket" ->
                Optional.of(
                        "there is no bucket '" + options.location().bucket() + "'; create it, or correct the location");
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "UnrecognizedClientException" ->
                Optional.of("the store does not accept the credentials (" + options.credentials()
                        + "); check access key and secret key");
            case "RequestTimeTooSkewed" -> Optional.of("the clock of this machine is wrong; set it");
            case "NotImplemented" ->
                Optional.of("the store does not support this kind of request; choose one with conditional writes");
            default -> Optional.empty();
        };
    }

    /** The region that S3 names when a request was signed for another one. */
    Optional<String> region(FailedCall failure) {
        boolean elsewhere = failure.status() == 301 || failure.status() == 400 || failure.status() == 307;
        return elsewhere && failure.getCause() instanceof AwsServiceException told
                ? response(told)
                        .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
                        .filter(name -> !options.region().equals(Optional.of(name)))
                : Optional.empty();
    }
}
