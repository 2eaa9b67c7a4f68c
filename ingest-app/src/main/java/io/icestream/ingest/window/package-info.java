/**
 * The delivery protocol as plain state machines: which windows close, what each assembler builds, when the committer publishes. No Kafka,
 * no clock of its own, no storage: messages and results go in, messages and jobs come out, state lies in {@link
 * io.icestream.ingest.window.StateTable}s that whoever drives the machine commits together with the messages.
 */
@NullMarked
package io.icestream.ingest.window;

import org.jspecify.annotations.NullMarked;
