/**
 * The messages of the delivery protocol and the ledger, as values and as bytes.
 *
 * <p>The unit of the protocol is the <em>round</em>: a barrier through the {@code slots} topic that closes windows, revises published
 * ones and ends in at most one commit. {@link io.icestream.ingest.protocol.Round} travels on {@code slots} to every partition;
 * {@link io.icestream.ingest.protocol.CommitMessage}s travel on {@code commit}; the {@link io.icestream.ingest.protocol.Ledger} lies in
 * the snapshot that the round published.
 */
@NullMarked
package io.icestream.ingest.protocol;

import org.jspecify.annotations.NullMarked;
