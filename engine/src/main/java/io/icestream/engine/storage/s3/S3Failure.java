package io.icestream.engine.storage.s3;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * A request that failed, and of what kind that is.
 *
 * @param kind what follows from it
 * @param cause the exception of the SDK
 */
record S3Failure(Kind kind, SdkException cause) {
    private static final Set<String> EXPIRED =
            Set.of("ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired", "InvalidToken");
    private static final Set<String> THROTTLED =
            Set.of("SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequestsException");
    private static final Set<String> CONFLICT =
            Set.of("ConditionalRequestConflict", "OperationAborted", "ConcurrentModification");
    private static final Set<String> DAMAGED_IN_TRANSIT =
            Set.of("BadDigest", "IncompleteBody", "InvalidDigest", "XAmzContentSHA256Mismatch");

    /** What follows from a failure. */
    enum Kind {
        /** The condition of the request did not hold. */
        REFUSED(false, false),
        /** There is no such object. */
        ABSENT(false, false),
        /** There is no such upload: it was completed, aborted or cleaned up. */
        NO_UPLOAD(false, false),
        /** The object still is in the known version. */
        UNCHANGED(false, false),
        /** The range begins behind the end of the object. */
        OUT_OF_RANGE(false, false),
        /** The store has refused before doing anything, and asks to be left in peace for a while. */
        THROTTLED(true, false),
        /** Another write of the object was under way; this one was not done. */
        CONFLICT(true, false),
        /** The request never reached the store. */
        UNREACHABLE(true, false),
        /** The payload or the reply was damaged on its way; the store did nothing. */
        DAMAGED(true, false),
        /** The keys are no longer good; new ones may be. */
        EXPIRED(true, false),
        /** No reply, or one that says nothing: the request may have taken effect, or still may. */
        NO_ANSWER(true, true),
        /** The thread was interrupted amid the request, which may have taken effect. */
        INTERRUPTED(false, true),
        /** The same request will fail again. */
        FINAL(false, false);

        private final boolean repeatable;
        private final boolean mayHaveTakenEffect;

        Kind(boolean repeatable, boolean mayHaveTakenEffect) {
            this.repeatable = repeatable;
            this.mayHaveTakenEffect = mayHaveTakenEffect;
        }

        boolean isRepeatable() {
            return repeatable;
        }

        boolean mayHaveTakenEffect() {
            return mayHaveTakenEffect;
        }
    }

    static S3Failure of(SdkException e) {
        return new S3Failure(e instanceof AwsServiceException reply ? kindOfReply(reply) : kindWithoutReply(e), e);
    }

    /** The store's word for the error; empty if there was no reply, or one without a body, as all replies to HEAD. */
    String code() {
        return cause instanceof AwsServiceException reply ? code(reply) : "";
    }

    int status() {
        return cause instanceof AwsServiceException reply ? reply.statusCode() : 0;
    }

    Optional<AwsServiceException> reply() {
        return cause instanceof AwsServiceException reply ? Optional.of(reply) : Optional.empty();
    }

    private static String code(AwsServiceException reply) {
        return Optional.ofNullable(reply.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
    }

    private static Kind kindOfReply(AwsServiceException reply) {
        String code = code(reply);
        if (EXPIRED.contains(code)) {
            return Kind.EXPIRED;
        }
        if (THROTTLED.contains(code)) {
            return Kind.THROTTLED;
        }
        if (CONFLICT.contains(code)) {
            return Kind.CONFLICT;
        }
        if (DAMAGED_IN_TRANSIT.contains(code)) {
            return Kind.DAMAGED;
        }
        if (code.equals("RequestTimeout")) {
            return Kind.NO_ANSWER;
        }
        return kindOfStatus(reply.statusCode(), code);
    }

    private static Kind kindOfStatus(int status, String code) {
        if (status == 400 && code.isEmpty()) {
            // A reply to HEAD has no body that could say it; this is how expired keys look there.
            return Kind.EXPIRED;
        }
        return switch (status) {
            case 304 -> Kind.UNCHANGED;
            case 404 ->
                switch (code) {
                    case "NoSuchBucket" -> Kind.FINAL;
                    case "NoSuchUpload" -> Kind.NO_UPLOAD;
                    default -> Kind.ABSENT;
                };
            case 412 -> Kind.REFUSED;
            case 416 -> Kind.OUT_OF_RANGE;
            case 429 -> Kind.THROTTLED;
            case 408, 499 -> Kind.NO_ANSWER;
            case 501, 505 -> Kind.FINAL;
            default -> status >= 500 ? Kind.NO_ANSWER : Kind.FINAL;
        };
    }

    private static Kind kindWithoutReply(SdkException e) {
        if (e instanceof ApiCallTimeoutException || e instanceof ApiCallAttemptTimeoutException) {
            return Kind.NO_ANSWER;
        }
        if (e instanceof AbortedException) {
            return Kind.INTERRUPTED;
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConnectException
                    || cause instanceof UnknownHostException
                    || cause instanceof NoRouteToHostException) {
                return Kind.UNREACHABLE;
            }
            if (cause instanceof SSLHandshakeException || cause instanceof SSLPeerUnverifiedException) {
                return Kind.FINAL;
            }
            if (cause instanceof InterruptedException) {
                return Kind.INTERRUPTED;
            }
            if (cause instanceof IOException || cause instanceof UncheckedIOException) {
                return Kind.NO_ANSWER;
            }
        }
        return isWrongChecksum(e) ? Kind.DAMAGED : Kind.FINAL;
    }

    /** The SDK has no type for this. */
    private static boolean isWrongChecksum(SdkException e) {
        String message = e.getMessage();
        return message != null && message.contains("different checksum");
    }
}
