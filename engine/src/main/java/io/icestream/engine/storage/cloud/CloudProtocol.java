package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import java.time.Duration;
import java.util.Optional;

/**
 * How single requests are made to one place in one kind of store. Each method makes one request, unless it says
 * otherwise, and repeats nothing; it may take as long as {@code limit}, and throws {@link FailedCall} if the reply is not
 * the one hoped for. Thread-safe. Keys are those below the prefix of the location.
 */
public interface CloudProtocol extends AutoCloseable {
    /**
     * Reads a whole object, or its beginning if it is larger than one part.
     *
     * @param key key of the object
     * @param known the version that is not to be sent again; {@link FailedCall.Kind#UNCHANGED} then
     * @param partBytes how much to read at most
     * @param limit how long it may take
     * @return the content, in a buffer for the whole
     */
    Download get(String key, Optional<ObjectVersion> known, int partBytes, Duration limit);

    /**
     * Reads a range into its place. What lies beyond the end of the object is left out.
     *
     * @param key key of the object
     * @param range the range
     * @param target the buffer
     * @param condition what must hold of the object, {@link FailedCall.Kind#REFUSED} otherwise; an entity tag is a version.
     *     A store that cannot be asked for that need not be, since the reply is looked at, too
     * @param limit how long it may take
     * @return what the reply says of the object
     */
    ObjectState getRange(String key, PartRange range, byte[] target, ReadCondition condition, Duration limit);

    /**
     * Asks for an object without its content.
     *
     * @param key key of the object
     * @param limit how long it may take
     * @return what the store says of it
     */
    ObjectState stat(String key, Duration limit);

    /**
     * Writes an object.
     *
     * @param write the object
     * @param limit how long it may take
     * @return its version
     */
    ObjectVersion put(Write write, Duration limit);

    /**
     * Begins an upload in parts. Cost: at most one request.
     *
     * @param write the object; its condition goes with the completion
     * @param partBytes size of all parts but the last
     * @param limit how long it may take
     * @return the upload
     */
    LargeUpload beginUpload(Write write, int partBytes, Duration limit);

    /**
     * Copies an object within the store. May make further requests until the copy is complete.
     *
     * @param from key of the object
     * @param to key of the copy
     * @param expected the version of the object; {@link FailedCall.Kind#REFUSED} or {@link FailedCall.Kind#ABSENT}
     *     otherwise
     * @param limit how long it may take
     * @return the version of the copy
     */
    ObjectVersion copy(String from, String to, ObjectVersion expected, Duration limit);

    /**
     * Tells whether the store checks conditions of writes and copies. If not, the object is looked at before each, and
     * the requests are made without their conditions, which keeps off nobody who writes meanwhile.
     *
     * @return true, unless the user says that there is one writer only
     */
    default boolean checksConditions() {
        return true;
    }

    /**
     * Deletes an object. One that is absent is fine, and may be a failure that says so.
     *
     * @param key key of the object
     * @param limit how long it may take
     */
    void delete(String key, Duration limit);

    /**
     * Tells how several objects are deleted in one request.
     *
     * @return how, or empty if the store has no such request, or none that everybody may make
     */
    Optional<BatchDeletion> batchDeletion();

    /**
     * Lists objects.
     *
     * @param prefix what their keys begin with; empty for all
     * @param page where the page begins, as the page before says; empty for the first
     * @param limit how long it may take
     * @return the page
     */
    ListedPage list(String prefix, Optional<String> page, Duration limit);

    /**
     * Says in the store's own words what a failure means, and what to do.
     *
     * @param failure the failure, of a kind that is not explained in general
     * @return the reason, or empty if nothing better is known than what the store says
     */
    Optional<String> reason(FailedCall failure);

    /**
     * Gets new credentials for the next request, because the store says that those it was given are no longer good.
     *
     * @return false if there are no others
     */
    boolean refreshCredentials();

    /**
     * Tells whether credentials that the store says have expired may be renewed later, by somebody whom we cannot urge.
     *
     * @param failure the last failure of the kind {@link FailedCall.Kind#EXPIRED}
     * @return true if the same call may succeed later
     */
    default boolean mayRenewLater(FailedCall failure) {
        return false;
    }

    /** Gives back what is held open. */
    @Override
    void close();
}
