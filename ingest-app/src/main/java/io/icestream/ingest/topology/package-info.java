/**
 * The Kafka Streams topology: three sub-topologies, {@code decode}, {@code assemble} and {@code commit}, joined by the topics
 * {@code slots} and {@code commit}. The only place that knows processors, punctuators, serdes and sinks; what they decide is decided by
 * plain classes of {@code window}, {@code slice}, {@code commit} and {@code tagging}. Start
 * reading at {@code IngestTopology}.
 */
@NullMarked
package io.icestream.ingest.topology;

import org.jspecify.annotations.NullMarked;
