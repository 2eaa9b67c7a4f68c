package io.icestream.engine.storage;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Named objects with versions: the only way in which the engine reaches the outside world.
 *
 * <p><b>Keys.</b> Segments joined by {@code /}, as {@link ObjectKeys} checks them. There are no directories; a key may
 * be a prefix
 * of another only if a storage can do that, so do not rely on it.
 *
 * <p><b>Payloads.</b> A buffer that is given is read from its position to its limit, is not moved and may be reused as
 * soon as the
 * call returns. A buffer that is returned is read-only and runs from position zero to its limit.
 *
 * <p><b>Duties of an implementer.</b> An object appears whole or not at all. A read that starts after a write has
 * returned sees that write or a
 * later one. Conditional writes of one key are atomic with regard to each other, among all threads and all processes
 * that use the same
 * storage through this interface. A write that has been reported as done is durable to the degree that the storage
 * promises.
 * All methods may be called from several threads at a time.
 *
 * <p><b>Errors.</b> Every method throws {@link StorageException} if the storage does not work, and {@link
 * IllegalArgumentException}
 * if a key is not valid. After an exception from a method that writes, the write may have taken effect, unless the
 * method says otherwise.
 */
public interface Storage extends AutoCloseable {
    /**
     * Names this storage in messages, without secrets.
     *
     * @return for example {@code file:/data/repo} or {@code memory:x}
     */
    String location();

    /**
     * Reads a whole object with its version. Cost: one request.
     *
     * @param key key of the object
     * @return the object, or empty if there is none
     */
    Optional<StoredObject> find(String key);

    /**
     * Reads a whole object unless it still is in a version that the caller holds. Cost: one request, without payload if
     * unchanged.
     *
     * @param key key of the object
     * @param known version from an earlier read or write of this key
     * @return the object as it is now, or that it has not changed, or that there is none
     */
    ConditionalRead findIfChanged(String key, ObjectVersion known);

    /**
     * Reads a part of an object. Cost: one request.
     *
     * @param key key of the object
     * @param offset first byte wanted, at least zero
     * @param length number of bytes wanted, at least zero
     * @return exactly {@code length} bytes
     * @throws ObjectNotFoundException if there is no such object
     * @throws StorageException if the object ends before {@code offset + length}
     */
    ByteBuffer fetchRange(String key, long offset, long length);

    /**
     * Asks for an object's size and age. Cost: one request, no payload.
     *
     * @param key key of the object
     * @return the summary, or empty if there is no such object
     */
    Optional<ObjectSummary> stat(String key);

    /**
     * Lists the objects whose keys start with a text, in no particular order, each once. An object that is written or
     * deleted while the stream is
     * read may or may not be listed. Temporary objects of writers are never listed. Cost: the stream is lazy and has to
     * be closed.
     *
     * @param prefix the first characters of the keys wanted; empty lists everything
     * @return the objects; reading on may throw {@link StorageException}
     */
    Stream<ObjectSummary> list(String prefix);

    /**
     * Writes an object, replacing any that has the key. Meant for objects that are written once under a key of their
     * own:
     * it is not ordered against conditional writes of the same key. Durable when it returns. Cost: one request.
     *
     * @param key key of the object
     * @param bytes the content
     */
    void put(String key, ByteBuffer bytes);

    /**
     * Creates an object if there is none under the key. Of several that try at once, exactly one succeeds. Durable when
     * it
     * returns {@link PutOutcome.Written}. Throws only if certainly nothing was written. Cost: one request.
     *
     * @param key key of the object
     * @param bytes the content
     * @return what became of it; refused if the object exists
     */
    PutOutcome putIfAbsent(String key, ByteBuffer bytes);

    /**
     * Replaces an object that still is in a known version. Of several that expect the same version, at most one
     * succeeds. Durable when it
     * returns {@link PutOutcome.Written}. Throws only if certainly nothing was written. Cost: one request.
     *
     * @param key key of the object
     * @param bytes the new content
     * @param expected the version to be replaced
     * @return what became of it; refused if the object is in another version or gone
     */
    PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected);

    /**
     * Copies an object that still is in a known version, replacing any that has the target's key. The copy may keep the
     * time of the
     * original. Durable when it returns {@link PutOutcome.Written}. Throws only if certainly nothing was written. Cost:
     * one request, no payload where the storage can copy by itself.
     *
     * @param from key of the object to copy
     * @param to key of the copy
     * @param expected the version of {@code from} to be copied
     * @return what became of it, with the version of the copy; refused if {@code from} is in another version or gone
     */
    PutOutcome copyIfMatches(String from, String to, ObjectVersion expected);

    /**
     * Deletes objects; those that are absent are fine. Not atomic: after an exception some may be gone. Cost: one
     * request per batch where the storage has them.
     *
     * @param keys keys of the objects
     */
    void delete(Collection<String> keys);

    /**
     * Lists what writers have begun and not finished, where the storage keeps that outside of its objects: of writers at work,
     * and of processes that were killed. No listing of objects shows it.
     *
     * @return what there is; what is in front of the {@code #} of a key is the object that was being written
     */
    default List<ObjectSummary> listUnfinished() {
        return List.of();
    }

    /**
     * Deletes what a writer has begun. The writer, if it is still at work, fails and reports that.
     *
     * @param unfinished what {@link #listUnfinished} gave
     */
    default void deleteUnfinished(ObjectSummary unfinished) {
        throw new IllegalArgumentException("Cannot delete " + unfinished.key() + ": it is no unfinished object here");
    }

    /**
     * Says why no repository should be created here, for instance because a whole bucket would be one. Cost: no request.
     *
     * @return the reason and the way out, or empty if there is none
     */
    default Optional<String> objectionToCreation() {
        return Optional.empty();
    }

    /**
     * Tells where this storage leads, so that writers of one process can take turns. Nothing may rely on it for safety: two
     * storages may lead to the same objects and not know it. Cost: none.
     *
     * @return what is equal for storages of this process that lead to the same objects; by default this storage alone
     */
    default Object place() {
        return this;
    }

    /** Gives back what the storage holds open. No other method may be called afterwards. */
    @Override
    void close();
}
