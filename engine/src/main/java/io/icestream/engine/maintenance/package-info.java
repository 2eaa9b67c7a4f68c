/**
 * Care of a repository: expiration, garbage collection, statistics, verification, inspection and compaction. Each is a
 * class that takes a {@link io.icestream.engine.repository.Repository}, runs once per call, and gives its result as a
 * value; nothing here keeps state between calls, and nothing else in the engine calls it.
 *
 * <p>Memory does not grow with the size of objects: ids are kept in flat tables of 28 to 56 bytes each, and
 * where there are more than a limit, the work is done in several passes.
 */
@NullMarked
package io.icestream.engine.maintenance;

import org.jspecify.annotations.NullMarked;
