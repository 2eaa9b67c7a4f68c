package io.icestream.engine.storage.cloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** A request that failed, and of what kind that is. Never reaches users. */
public final class FailedCall extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final int status;
    private final String code;
    private final String requestId;
    private final transient Optional<Duration> skew;

    /** What follows from a failure. */
    public enum Kind {
        /** The condition of the request did not hold. */
        REFUSED(false, false),
        /** There is no such object. */
        ABSENT(false, false),
        /** There is no such upload, or its parts are gone: it was completed, aborted or cleaned up. */
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
        /** The credentials are no longer good; new ones may be. */
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

        /**
         * The kind that an HTTP status alone speaks for.
         *
         * @param status the status of a reply that is no success
         * @return the kind
         */
        public static Kind ofStatus(int status) {
            return switch (status) {
                case 304 -> UNCHANGED;
                case 401 -> EXPIRED;
                case 404 -> ABSENT;
                case 412 -> REFUSED;
                case 416 -> OUT_OF_RANGE;
                case 429 -> THROTTLED;
                case 408, 499 -> NO_ANSWER;
                case 501, 505 -> FINAL;
                default -> status >= 500 ? NO_ANSWER : FINAL;
            };
        }
    }

    private FailedCall(Kind kind, String text, @Nullable Throwable cause, @Nullable Reply reply, String code) {
        super(text, cause);
        this.kind = kind;
        this.status = reply == null ? 0 : reply.status();
        this.code = code;
        this.requestId = reply == null ? "" : reply.requestId();
        this.skew = reply == null ? Optional.empty() : reply.clockSkew();
    }

    /**
     * A failure that a reply tells of.
     *
     * @param kind what follows from it
     * @param reply the reply
     * @param code the store's word for the error; empty if it has none
     * @param text the store's sentence on it; empty if it has none
     * @return the failure
     */
    public static FailedCall of(Kind kind, Reply reply, String code, String text) {
        return new FailedCall(kind, sentence(reply, text), null, reply, code);
    }

    /**
     * A failure without a reply, or with one that is of no use.
     *
     * @param kind what follows from it
     * @param text what happened
     * @return the failure
     */
    public static FailedCall of(Kind kind, String text) {
        return new FailedCall(kind, text, null, null, "");
    }

    /**
     * A failure without a reply.
     *
     * @param kind what follows from it
     * @param text what happened
     * @param cause the first cause
     * @return the failure
     */
    public static FailedCall of(Kind kind, String text, Throwable cause) {
        return new FailedCall(kind, text, cause, null, "");
    }

    /**
     * A failure that a reply tells of, to a library that makes an exception of it.
     *
     * @param kind what follows from it
     * @param reply the reply
     * @param code the store's word for the error; empty if it has none
     * @param text the store's sentence on it; empty if it has none
     * @param cause the exception
     * @return the failure
     */
    public static FailedCall of(Kind kind, Reply reply, String code, String text, Throwable cause) {
        return new FailedCall(kind, sentence(reply, text), cause, reply, code);
    }

    private static String sentence(Reply reply, String text) {
        return text.isBlank() ? "HTTP status " + reply.status() : text;
    }

    /**
     * A failure without a reply, of which the chain of causes tells the kind.
     *
     * @param e what happened to the connection
     * @return the failure
     */
    public static FailedCall ofConnection(Throwable e) {
        Throwable root = e;
        Kind kind = Kind.FINAL;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            root = cause;
            if (kind == Kind.FINAL) {
                kind = kindOf(cause);
            }
        }
        String text = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
        return new FailedCall(kind, text, e, null, "");
    }

    private static Kind kindOf(Throwable cause) {
        if (cause instanceof ConnectException
                || cause instanceof HttpConnectTimeoutException
                || cause instanceof UnknownHostException
                || cause instanceof UnresolvedAddressException
                || cause instanceof NoRouteToHostException) {
            return Kind.UNREACHABLE;
        }
        if (cause instanceof InterruptedException) {
            return Kind.INTERRUPTED;
        }
        boolean untrusted = cause instanceof SSLHandshakeException || cause instanceof SSLPeerUnverifiedException;
        return (cause instanceof IOException || cause instanceof UncheckedIOException) && !untrusted
                ? Kind.NO_ANSWER
                : Kind.FINAL;
    }

    /**
     * @return what follows from it
     */
    public Kind kind() {
        return kind;
    }

    /**
     * @return the HTTP status, or 0 without a reply
     */
    public int status() {
        return status;
    }

    /**
     * @return the store's word for the error; empty if it has none
     */
    public String code() {
        return code;
    }

    /**
     * @return what the store, or the connection, says
     */
    public String text() {
        return String.valueOf(getMessage());
    }

    /** How far this machine's clock is before that of the store. */
    Optional<Duration> skew() {
        return skew;
    }

    /** What the people who run the store will ask for. */
    String evidence() {
        if (status == 0) {
            return "";
        }
        return " (" + status + (code.isEmpty() ? "" : " " + code)
                + (requestId.isEmpty() ? "" : ", request " + requestId) + ")";
    }
}
