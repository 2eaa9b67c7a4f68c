package io.icestream.ingest.tagging;

import io.icestream.engine.format.SnapshotId;

/** What became of the tag of a finished day. Only {@link Unavailable} is to be tried again; after all others the ingest goes on. */
public sealed interface TagResult {

    /** {@return name of the tag} */
    String tag();

    /**
     * The tag was made.
     *
     * @param tag its name
     */
    record Created(String tag) implements TagResult {}

    /**
     * The tag was there, on the snapshot that completed the day.
     *
     * @param tag its name
     */
    record AlreadyThere(String tag) implements TagResult {}

    /**
     * A tag of this name points elsewhere and stays as it is; worth an alert.
     *
     * @param tag its name
     * @param at the snapshot that it points to
     */
    record Elsewhere(String tag, SnapshotId at) implements TagResult {}

    /**
     * A tag of this name was deleted once, so that the format forbids it; worth an alert.
     *
     * @param tag its name
     */
    record Deleted(String tag) implements TagResult {}

    /**
     * The snapshot that completed the day is no longer in the history of the branch, which was reset or expired; no tag was made.
     *
     * @param tag name that the tag would have had
     */
    record NotInHistory(String tag) implements TagResult {}

    /**
     * Finished days are not tagged in this configuration.
     *
     * @param tag name that the tag would have had
     */
    record Disabled(String tag) implements TagResult {}

    /**
     * The storage did not work, or it is not known whether the tag was made: ask again.
     *
     * @param tag its name
     * @param reason what did not work, for the operator
     */
    record Unavailable(String tag, String reason) implements TagResult {}
}
