/**
 * The delivery protocol as plain state machines: which windows close, what each assembler builds, when the committer publishes. No Kafka,
 * no clock of its own, no storage: messages and results go in, messages and jobs come out, state lies in {@link
 * io.icestream.ingest.window.StateTable}s that whoever drives the machine commits together with the messages.
 *
 * <p>{@link io.icestream.ingest.window.RoundPlanner} decides what a round covers (rules P2, P3), {@link
 * io.icestream.ingest.window.AssemblerCore} answers rounds (P4 to P7, P11 to P14) and {@link io.icestream.ingest.window.CommitterCore}
 * drives them (P2, P8 to P10, P13 to P15).
 */
@NullMarked
package io.icestream.ingest.window;

import org.jspecify.annotations.NullMarked;
