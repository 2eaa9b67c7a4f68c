package io.icestream.engine.storage.s3;

import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.util.Optional;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Says what a failed request means: what could not be done, where, why, and what to do. */
final class S3Errors {
    private final S3Options options;

    S3Errors(S3Options options) {
        this.options = options;
    }

    /**
     * @param action what could not be done, for example {@code read 'repo'}
     * @param tries how many requests were made
     */
    StorageException translate(String action, S3Failure failure, int tries) {
        String message = "Cannot " + action + " in " + where() + ": " + reason(failure)
                + (tries > 1 ? "; " + tries + " tries" : "") + evidence(failure);
        return new StorageException(message, retry(failure), failure.cause());
    }

    ObjectNotFoundException absent(String action, String key) {
        return new ObjectNotFoundException(key, "Cannot " + action + " in " + where() + ": there is no such object");
    }

    String where() {
        return options.location() + options.endpoint().map(uri -> " at " + uri).orElse("");
    }

    private Retry retry(S3Failure failure) {
        boolean fixedKeys = options.credentials() instanceof S3Credentials.Keys;
        if (failure.kind() == S3Failure.Kind.EXPIRED
                && (fixedKeys || region(failure).isPresent())) {
            return Retry.CANNOT_HELP;
        }
        return failure.kind().isRepeatable() || failure.kind() == S3Failure.Kind.INTERRUPTED
                ? Retry.CAN_HELP
                : Retry.CANNOT_HELP;
    }

    private String reason(S3Failure failure) {
        Optional<String> region = region(failure);
        if (region.isPresent()) {
            return "the bucket is in region " + region.get() + "; set the region to that"
                    + options.region().map(name -> " instead of " + name).orElse("");
        }
        return switch (failure.kind()) {
            case EXPIRED ->
                "the credentials have expired; renew them, or use ones that are refreshed (" + options.credentials()
                        + ")";
            case THROTTLED -> "the store asks for fewer requests; lower the parallelism, or try again later";
            case UNREACHABLE ->
                "the server cannot be reached (" + text(failure) + "); check endpoint, region and network";
            case NO_ANSWER -> "no proper answer (" + text(failure) + "); try again later";
            case INTERRUPTED -> "the thread was interrupted";
            case DAMAGED ->
                "bytes were damaged on their way (" + text(failure) + "); look for a faulty network or proxy";
            case CONFLICT -> "other writes of the object were always under way; try again later";
            case ABSENT -> "there is no such object";
            case NO_UPLOAD -> "the upload is gone; look for a rule of the bucket that removes unfinished uploads early";
            case REFUSED, UNCHANGED, OUT_OF_RANGE, FINAL -> finalReason(failure);
        };
    }

    private String finalReason(S3Failure failure) {
        return switch (failure.code()) {
            case "NoSuchBucket" ->
                "there is no bucket '" + options.location().bucket() + "'; create it, or correct the location";
            case "InvalidAccessKeyId", "SignatureDoesNotMatch", "UnrecognizedClientException" ->
                "the store does not accept the credentials (" + options.credentials()
                        + "); check access key and secret key";
            case "RequestTimeTooSkewed" -> "the clock of this machine is wrong; set it";
            case "NotImplemented" ->
                "the store does not support this kind of request; choose one with conditional writes";
            default ->
                failure.status() == 403
                        ? "access denied; the credentials (" + options.credentials()
                                + ") need the rights to read, write, delete and list in this location"
                        : text(failure);
        };
    }

    /** The region that S3 names when a request was signed for another one. */
    private Optional<String> region(S3Failure failure) {
        return failure.reply()
                .map(AwsServiceException::awsErrorDetails)
                .map(AwsErrorDetails::sdkHttpResponse)
                .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
                .filter(name -> !options.region().equals(Optional.of(name)))
                .filter(name -> failure.status() == 301 || failure.status() == 400 || failure.status() == 307);
    }

    private static String text(S3Failure failure) {
        Optional<String> told = failure.reply()
                .map(AwsServiceException::awsErrorDetails)
                .map(AwsErrorDetails::errorMessage)
                .filter(message -> !message.isBlank());
        if (told.isPresent()) {
            return told.get();
        }
        Throwable cause = failure.cause();
        while (cause.getCause() != null && failure.reply().isEmpty()) {
            cause = cause.getCause();
        }
        return failure.reply().isPresent() ? "HTTP status " + failure.status() : String.valueOf(cause.getMessage());
    }

    /** What the people who run the store will ask for. */
    private static String evidence(S3Failure failure) {
        return failure.reply()
                .map(reply -> " (" + reply.statusCode() + (failure.code().isEmpty() ? "" : " " + failure.code())
                        + (reply.requestId() == null ? "" : ", request " + reply.requestId()) + ")")
                .orElse("");
    }
}
