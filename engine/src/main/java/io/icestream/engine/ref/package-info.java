/**
 * Branches, tags, history and the operations log: what the repository object says, and the one loop that changes it.
 *
 * <p>Every mutation of a repository ends in {@link io.icestream.engine.ref.RepositoryUpdater}: read, compute the next
 * value, keep a copy of the old one, and write on condition that nobody else was faster. In a repository of version 1 of the
 * format, {@link io.icestream.engine.ref.ReferenceFiles} replaces the object of one branch in the same way.
 * {@link io.icestream.engine.ref.ReferenceStore} is what both are to the rest of the engine.
 */
@NullMarked
package io.icestream.engine.ref;

import org.jspecify.annotations.NullMarked;
