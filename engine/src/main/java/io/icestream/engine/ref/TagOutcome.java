package io.icestream.engine.ref;

import io.icestream.engine.format.SnapshotId;

/** What became of the creation of a tag. */
public sealed interface TagOutcome {
    /** The tag now exists and points where it was asked to. */
    record Created() implements TagOutcome {}

    /**
     * A tag of this name exists; nothing was changed.
     *
     * @param at where it points
     */
    record Exists(SnapshotId at) implements TagOutcome {}

    /** A tag of this name was deleted once, and such a name cannot be used again; nothing was changed. */
    record Burnt() implements TagOutcome {}
}
