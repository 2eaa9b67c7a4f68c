/**
 * What one ingest is told to do: parsed and checked once at start, immutable afterwards.
 *
 * <p>{@link io.icestream.ingest.config.ConfigLoader} reads a YAML file, environment variables and assignments of the command line into
 * {@link io.icestream.ingest.config.IngestConfig}. Whoever holds one may rely on it: steps, windows, chunks and days fit together, names
 * are valid and used once, values are within their bounds. {@link io.icestream.ingest.config.LayoutHash} tells whether two
 * configurations may write to the same arrays.
 */
@NullMarked
package io.icestream.ingest.config;

import org.jspecify.annotations.NullMarked;
