package io.icestream.azure;

import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.FailedCall.Kind;
import io.icestream.engine.storage.cloud.Reply;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What replies of Azure Blob storage mean that are no success. */
final class AzureFailures {
    private static final Pattern MESSAGE = Pattern.compile("<Message>([^<]*)", Pattern.DOTALL);
    private static final Pattern DETAIL =
            Pattern.compile("<AuthenticationErrorDetail>([^<]*)</AuthenticationErrorDetail>", Pattern.DOTALL);
    private static final int LONGEST_TEXT = 300;

    /** Codes that say more than the status, or something else. */
    private static final Map<String, Kind> KINDS = Map.ofEntries(
            Map.entry("BlobAlreadyExists", Kind.REFUSED),
            Map.entry("ConditionNotMet", Kind.REFUSED),
            Map.entry("SourceConditionNotMet", Kind.REFUSED),
            Map.entry("TargetConditionNotMet", Kind.REFUSED),
            Map.entry("BlobNotFound", Kind.ABSENT),
            Map.entry("CannotVerifyCopySource", Kind.ABSENT),
            Map.entry("ContainerNotFound", Kind.FINAL),
            Map.entry("ContainerBeingDeleted", Kind.FINAL),
            Map.entry("InvalidBlockList", Kind.NO_UPLOAD),
            Map.entry("InvalidBlobOrBlock", Kind.NO_UPLOAD),
            Map.entry("Md5Mismatch", Kind.DAMAGED),
            Map.entry("PendingCopyOperation", Kind.CONFLICT),
            Map.entry("ServerBusy", Kind.THROTTLED),
            Map.entry("LeaseIdMissing", Kind.FINAL),
            Map.entry("OperationTimedOut", Kind.NO_ANSWER));

    private final AzureOptions options;

    AzureFailures(AzureOptions options) {
        this.options = options;
    }

    FailedCall of(Reply reply) {
        String code = reply.header("x-ms-error-code").orElse("");
        if (reply.status() == 404 && code.isEmpty()) {
            return stranger(reply, "error code");
        }
        // A condition on reading that does not hold is told as 304 if it is that of a version already known.
        Kind kind = reply.status() == 304 ? Kind.UNCHANGED : KINDS.getOrDefault(code, Kind.ofStatus(reply.status()));
        return FailedCall.of(
                kind == Kind.ABSENT && reply.status() != 404 ? Kind.ofStatus(reply.status()) : kind,
                reply,
                code,
                text(reply));
    }

    /** The first line: the rest is request id and time, which are headers too. */
    private static String text(Reply reply) {
        Matcher matcher = MESSAGE.matcher(reply.text());
        String message = matcher.find() ? matcher.group(1).strip().split("\\R", 2)[0] : "";
        Matcher detail = DETAIL.matcher(reply.text());
        String all = detail.find() ? message + " " + detail.group(1).strip() : message;
        return all.substring(0, Math.min(LONGEST_TEXT, all.length()));
    }

    /** The reply is none of this store. */
    static FailedCall stranger(Reply reply, String missing) {
        return FailedCall.of(
                Kind.FINAL,
                reply,
                "",
                "the server does not answer as Azure Blob storage does (there is no " + missing
                        + "); check the endpoint");
    }

    Optional<String> reason(FailedCall failure) {
        return switch (failure.code()) {
            case "ContainerNotFound", "ContainerBeingDeleted" ->
                Optional.of("there is no container '" + options.location().container() + "' in the account '"
                        + options.location().account() + "'; create it, or correct the location");
            case "AuthenticationFailed" ->
                Optional.of("the store does not accept the credentials (" + options.credentials() + "): "
                        + failure.text() + "; check account, key and the time for which a signature is good");
            case "AuthorizationPermissionMismatch", "AuthorizationFailure", "InsufficientAccountPermissions" ->
                Optional.of("access denied (" + failure.text() + "); the credentials (" + options.credentials()
                        + ") need the role Storage Blob Data Contributor, or a signature that allows to read, write,"
                        + " delete and list, and the network has to be let in");
            case "NoAuthenticationInformation", "PublicAccessNotPermitted" ->
                Optional.of("the container is not public; set credentials");
            case "BlobArchived" -> Optional.of("the object is in the archive tier; move it to another one to read it");
            case "LeaseIdMissing" -> Optional.of("somebody holds a lease on the object; break the lease");
            default -> Optional.empty();
        };
    }
}
