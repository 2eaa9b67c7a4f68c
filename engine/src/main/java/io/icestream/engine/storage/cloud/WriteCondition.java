package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectVersion;
import java.util.Optional;

/**
 * What a write asks of the object that is there.
 *
 * @param ifMatch the version that it must have
 * @param mustBeAbsent that there must be none
 */
public record WriteCondition(Optional<ObjectVersion> ifMatch, boolean mustBeAbsent) {
    /** Nothing. */
    public static final WriteCondition NONE = new WriteCondition(Optional.empty(), false);

    /** That there is none. */
    public static final WriteCondition ABSENT = new WriteCondition(Optional.empty(), true);

    static WriteCondition version(ObjectVersion expected) {
        return new WriteCondition(Optional.of(expected), false);
    }

    /** Whether the write, should it be made again, would find what it asks for. */
    boolean holdsFor(Optional<ObjectVersion> present) {
        return mustBeAbsent ? present.isEmpty() : ifMatch.isEmpty() || ifMatch.equals(present);
    }
}
