/**
 * Start, supervision and end of one ingest: repository and topics, the incarnation and its {@code Init}, the start check, bounded runs,
 * and {@code reinit}. Start reading at {@link io.icestream.ingest.lifecycle.IngestApplication}.
 */
@NullMarked
package io.icestream.ingest.lifecycle;

import org.jspecify.annotations.NullMarked;
