/**
 * One round, one snapshot: growing the arrays of a data set, attaching the chunks that assemblers stored, and writing the ledger, all in one commit that can be
 * repeated without harm. Uses the engine, knows nothing of Kafka.
 */
@NullMarked
package io.icestream.ingest.commit;

import org.jspecify.annotations.NullMarked;
