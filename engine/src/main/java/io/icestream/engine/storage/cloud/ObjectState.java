package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.ReadCondition;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What a store says of an object.
 *
 * @param sizeBytes length of the content
 * @param version its version
 * @param lastModified its time, in whole seconds
 * @param writeId the id of the write that made it, if it has one
 * @param otherTags entity tags, without quotes, by which other clients may know this version
 */
public record ObjectState(
        long sizeBytes, ObjectVersion version, Instant lastModified, Optional<String> writeId, Set<String> otherTags) {
    /** Copies the tags. */
    public ObjectState {
        otherTags = Set.copyOf(otherTags);
    }

    /** An object whose version is its only entity tag. */
    public ObjectState(long sizeBytes, ObjectVersion version, Instant lastModified, Optional<String> writeId) {
        this(sizeBytes, version, lastModified, writeId, Set.of());
    }

    /** Whether a condition holds of it. */
    boolean meets(ReadCondition condition) {
        if (condition instanceof ReadCondition.EntityTag tag && otherTags.contains(tag.bare())) {
            return true;
        }
        Optional<Instant> modified = Optional.of(lastModified).filter(time -> !time.equals(Instant.EPOCH));
        return condition.holds(Optional.of(version.token()), modified).orElse(false);
    }
}
