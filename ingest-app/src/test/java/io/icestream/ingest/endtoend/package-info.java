/**
 * The whole product at work: a real broker, real observations, killed processes, and faults of everything around it.
 */
@NullMarked
package io.icestream.ingest.endtoend;

import org.jspecify.annotations.NullMarked;
