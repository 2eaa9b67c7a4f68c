package io.icestream.gcs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.icestream.engine.storage.cloud.FailedCall;
import io.icestream.engine.storage.cloud.FailedCall.Kind;
import io.icestream.engine.storage.cloud.Reply;
import java.util.Optional;
import java.util.Set;

/** What replies of Google Cloud Storage mean that are no success. */
final class GcsFailures {
    private static final Set<String> THROTTLED =
            Set.of("rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "SlowDown");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 300;

    private final GcsOptions options;

    GcsFailures(GcsOptions options) {
        this.options = options;
    }

    /** A failed request for an object, which may be absent. */
    FailedCall ofObject(Reply reply) {
        return failure(reply, false);
    }

    /** A failed request for something else: if that is absent, the bucket is. */
    FailedCall ofBucket(Reply reply) {
        return failure(reply, true);
    }

    /** A failed request of an upload's session, which the store forgets after a week. */
    FailedCall ofSession(Reply reply) {
        boolean gone = reply.status() == 404 || reply.status() == 410;
        Told error = Told.of(reply);
        return FailedCall.of(gone ? Kind.NO_UPLOAD : kind(reply.status(), error), reply, error.reason, error.message);
    }

    private static FailedCall failure(Reply reply, boolean needsBucket) {
        Told error = Told.of(reply);
        boolean noBucket = reply.status() == 404 && (needsBucket || error.message.contains("bucket does not exist"));
        return FailedCall.of(noBucket ? Kind.FINAL : kind(reply.status(), error), reply, error.reason, error.message);
    }

    private static Kind kind(int status, Told error) {
        if (THROTTLED.contains(error.reason)) {
            return Kind.THROTTLED;
        }
        if (status == 400 && error.message.contains("doesn't match calculated")) {
            return Kind.DAMAGED;
        }
        return Kind.ofStatus(status);
    }

    Optional<String> reason(FailedCall failure) {
        if (failure.status() == 404) {
            return Optional.of("there is no bucket '" + options.location().bucket()
                    + "'; create it, or correct the location"
                    + (options.endpoint().isPresent() ? " or the endpoint" : ""));
        }
        if (failure.status() == 403) {
            return Optional.of("access denied (" + failure.text() + "); the credentials (" + options.credentials()
                    + ") need the role Storage Object User on the bucket");
        }
        if (failure.text().contains("requester pays")) {
            return Optional.of("whoever asks has to pay for requests to this bucket; set the user project");
        }
        return Optional.empty();
    }

    /** The reply is none of this store. */
    static FailedCall stranger(Reply reply, String missing) {
        return FailedCall.of(
                Kind.FINAL,
                reply,
                "",
                "the server does not answer as Google Cloud Storage does (there is no " + missing
                        + "); check the endpoint");
    }

    static JsonNode json(Reply reply) {
        try {
            return JSON.readTree(reply.bytes());
        } catch (java.io.IOException e) {
            throw stranger(reply, "JSON");
        }
    }

    /** The store's words; replies to requests for content are plain text. */
    private record Told(String reason, String message) {
        static Told of(Reply reply) {
            try {
                JsonNode error = JSON.readTree(reply.text()).path("error");
                if (error.isObject()) {
                    return new Told(
                            error.path("errors").path(0).path("reason").asText(""),
                            error.path("message").asText(""));
                }
            } catch (JsonProcessingException e) {
                // it is plain text then
            }
            String text = reply.text().strip();
            return new Told("", text.startsWith("<") ? "" : text.substring(0, Math.min(LONGEST_TEXT, text.length())));
        }
    }
}
