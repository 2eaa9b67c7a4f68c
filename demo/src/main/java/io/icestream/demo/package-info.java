/**
 * The verb {@code demo}: the whole product at work on this machine, with a broker, a registry and synthetic observations.
 *
 * <pre>
 *   Feed + SyntheticWeather ──► Encoder ──► broker (child process) ──► the real ingest ──► repository
 *                                 └──► registry (in this process)          └──► DemoView ──► screen
 * </pre>
 */
@NullMarked
package io.icestream.demo;

import org.jspecify.annotations.NullMarked;
