/**
 * The front door: create and open a {@link io.icestream.engine.repository.Repository}, its branches and tags, its
 * history, and sessions on it.
 */
@NullMarked
package io.icestream.engine.repository;

import org.jspecify.annotations.NullMarked;
