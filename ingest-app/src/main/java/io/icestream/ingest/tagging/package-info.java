/** Which snapshots get which tags: one for each finished day, on the snapshot that completed it. Uses the engine, knows nothing of Kafka. */
@NullMarked
package io.icestream.ingest.tagging;

import org.jspecify.annotations.NullMarked;
