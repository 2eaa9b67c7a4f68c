/**
 * Where bytes are kept: named objects with versions, in memory, in a local directory, in an object store (see
 * {@code s3}), or behind a decorator.
 *
 * <p>{@link io.icestream.engine.storage.Storage} is the one port through which the engine reaches the outside world.
 * This package knows bytes and keys only; what the bytes mean is the business of the packages above.
 */
@NullMarked
package io.icestream.engine.storage;

import org.jspecify.annotations.NullMarked;
