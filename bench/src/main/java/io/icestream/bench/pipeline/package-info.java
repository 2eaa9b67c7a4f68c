/** Observations from Kafka to committed snapshots, and the contestants that read the same topic. */
@NullMarked
package io.icestream.bench.pipeline;

import org.jspecify.annotations.NullMarked;
