/**
 * The command line: {@code main}, the verbs, how they print and how they end. The only package that touches the system clock, the
 * environment and the exit code.
 *
 * <p>Start reading at {@link io.icestream.ingest.cli.Icestream}. A verb is a picocli command that implements
 * {@link io.icestream.ingest.cli.Verb} and is listed in {@code META-INF/services}; it prints through
 * {@link io.icestream.ingest.cli.Output} and fails with a {@link io.icestream.ingest.cli.CliException} or any exception whose message
 * says what, where and what to do.
 */
@NullMarked
package io.icestream.ingest.cli;

import org.jspecify.annotations.NullMarked;
