/** What one ingest is told to do: parsed and checked once at start, immutable afterwards. */
@NullMarked
package io.icestream.ingest.config;

import org.jspecify.annotations.NullMarked;
