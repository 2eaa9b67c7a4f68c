package io.icestream.engine.repository;

import io.icestream.engine.format.SnapshotId;
import java.time.Instant;

/** Names a snapshot in one of the ways in which people do. */
public sealed interface Version {
    /**
     * @param name a branch
     * @return what the branch points to when it is looked up
     */
    static Version branch(String name) {
        return new Branch(name);
    }

    /**
     * @param name a tag
     * @return what the tag points to
     */
    static Version tag(String name) {
        return new Tag(name);
    }

    /**
     * @param id a snapshot
     * @return that snapshot
     */
    static Version snapshot(SnapshotId id) {
        return new ById(id);
    }

    /**
     * @param branch a branch
     * @param time a time
     * @return the newest snapshot in the present history of the branch that was flushed at that time or before
     */
    static Version asOf(String branch, Instant time) {
        return new AsOf(branch, time);
    }

    /**
     * What a branch points to.
     *
     * @param name the branch
     */
    record Branch(String name) implements Version {}

    /**
     * What a tag points to.
     *
     * @param name the tag
     */
    record Tag(String name) implements Version {}

    /**
     * A snapshot by its id.
     *
     * @param id the snapshot
     */
    record ById(SnapshotId id) implements Version {}

    /**
     * A branch as it was at a time.
     *
     * @param branch the branch
     * @param time the time
     */
    record AsOf(String branch, Instant time) implements Version {}
}
