package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.StorageException;
import io.icestream.engine.storage.StorageException.Retry;
import java.time.Duration;
import java.util.Optional;

/** Says what a failed request means: what could not be done, where, why, and what to do. */
final class CloudErrors {
    /** Beyond this, no store accepts signatures. */
    private static final Duration GROSS_SKEW = Duration.ofMinutes(5);

    private final CloudOptions<?, ?> options;
    private final CloudProtocol protocol;

    CloudErrors(CloudOptions<?, ?> options, CloudProtocol protocol) {
        this.options = options;
        this.protocol = protocol;
    }

    /**
     * @param action what could not be done, for example {@code read 'repo'}
     * @param tries how many requests were made
     */
    StorageException translate(String action, FailedCall failure, int tries) {
        String message = "Cannot " + action + " in " + where() + ": " + reason(failure)
                + (tries > 1 ? "; " + tries + " tries" : "") + failure.evidence();
        return new StorageException(message, retry(failure), failure);
    }

    ObjectNotFoundException absent(String action, String key) {
        return new ObjectNotFoundException(key, "Cannot " + action + " in " + where() + ": there is no such object");
    }

    String where() {
        return options.where();
    }

    private Retry retry(FailedCall failure) {
        boolean mayPass = failure.kind() == FailedCall.Kind.EXPIRED
                ? protocol.mayRenewLater(failure)
                : failure.kind().isRepeatable() || failure.kind() == FailedCall.Kind.INTERRUPTED;
        return mayPass ? Retry.CAN_HELP : Retry.CANNOT_HELP;
    }

    private String reason(FailedCall failure) {
        Optional<String> clock = wrongClock(failure);
        if (clock.isPresent()) {
            return clock.get();
        }
        return switch (failure.kind()) {
            case EXPIRED ->
                protocol.reason(failure)
                        .orElseGet(() -> "the store does not accept the credentials (" + options.credentials()
                                + "), or they have expired; renew them, or use ones that are refreshed");
            case THROTTLED ->
                "the store asks for fewer requests (" + failure.text() + "); lower the parallelism, or try again later";
            case UNREACHABLE ->
                "the server cannot be reached (" + failure.text() + "); check endpoint, region, proxy and network";
            case NO_ANSWER -> "no proper answer (" + failure.text() + "); try again later";
            case INTERRUPTED -> "the thread was interrupted";
            case DAMAGED ->
                "bytes were damaged on their way (" + failure.text() + "); look for a faulty network or proxy";
            case CONFLICT -> "other writes of the object were always under way; try again later";
            case ABSENT -> "there is no such object";
            case NO_UPLOAD -> "the upload is gone; another one of the same object, or a rule of the store, removed it";
            case REFUSED, UNCHANGED, OUT_OF_RANGE, FINAL -> finalReason(failure);
        };
    }

    private String finalReason(FailedCall failure) {
        return protocol.reason(failure).orElseGet(() -> {
            if (failure.status() == 403) {
                return "access denied; the credentials (" + options.credentials()
                        + ") need the rights to read, write, delete and list in this location";
            }
            return failure.status() >= 300 && failure.status() < 400
                    ? "the server sends elsewhere (" + failure.text() + "); check the endpoint"
                    : failure.text();
        });
    }

    private static Optional<String> wrongClock(FailedCall failure) {
        boolean refused = failure.status() == 401 || failure.status() == 403;
        return failure.skew()
                .filter(skew -> refused && skew.abs().compareTo(GROSS_SKEW) > 0)
                .map(skew -> "the clock of this machine is " + skew.abs().toMinutes() + " minutes "
                        + (skew.isNegative() ? "behind" : "ahead") + "; set it");
    }
}
