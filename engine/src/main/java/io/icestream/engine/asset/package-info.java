/**
 * Typed reads and writes of a repository's objects: where each kind is kept, and caches for those that never change.
 *
 * <p>Everything here is written once under a key of its own, so what has been read stays true. The repository object,
 * which does change, belongs to {@code ref}.
 */
@NullMarked
package io.icestream.engine.asset;

import org.jspecify.annotations.NullMarked;
