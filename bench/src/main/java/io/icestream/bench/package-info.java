/**
 * Benchmarks, each a plain main class that prints one JSON object per line; {@code bench/run} runs them beside the reference client and prints tables of ratios.
 *
 * <pre>
 *   bench            what both parts use: durations, files, JSON
 *   bench.engine     the engine on the workloads of the reference client's script
 *   bench.pipeline   Kafka to committed snapshots, and what it is compared with
 * </pre>
 *
 * A benchmark checks that what it timed was done, and fails if not.
 */
@NullMarked
package io.icestream.bench;

import org.jspecify.annotations.NullMarked;
