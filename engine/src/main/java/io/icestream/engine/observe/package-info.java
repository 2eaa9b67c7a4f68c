/**
 * What the engine tells about its own work, for traces, metrics and logs: an {@link io.icestream.engine.observe.Observer} is
 * told when an activity begins and how it ends. Knows nothing of what is observed, and needs no library for telemetry: an
 * observer of a few lines hands on to whichever there is.
 */
@NullMarked
package io.icestream.engine.observe;

import org.jspecify.annotations.NullMarked;
