package io.icestream.engine.maintenance;

/** Is told how far long work is, from the thread that does it; must return quickly. */
@FunctionalInterface
public interface Progress {
    /** Nobody is told. */
    Progress NONE = (stage, done, expected) -> {};

    /** What is being done. */
    enum Stage {
        /** Objects are listed; counted in objects. */
        LISTING,
        /** Snapshots are read, and the manifests that they lead to; counted in snapshots. */
        READING,
        /** Objects are deleted; counted in objects. */
        DELETING,
        /** Chunks are written anew; counted in chunks. */
        WRITING,
        /** Objects are copied to another store; counted in objects of one kind. */
        COPYING,
        /** Manifests are laid out anew; counted in arrays. */
        REWRITING
    }

    /**
     * Takes note.
     *
     * @param stage what is being done
     * @param done how much is done
     * @param expected how much there is in all, or zero if that is not known
     */
    void report(Stage stage, long done, long expected);
}
