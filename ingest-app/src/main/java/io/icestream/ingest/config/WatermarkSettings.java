package io.icestream.ingest.config;

import java.time.Duration;

/**
 * When a window counts as ended.
 *
 * @param maxOutOfOrderness how far a record may lie behind the latest one of its partition and still be in time
 * @param idleTimeout after which a partition without records and without lag no longer holds the others back
 * @param maxFutureSkew how far an event time may lie ahead of the broker's append time
 */
public record WatermarkSettings(Duration maxOutOfOrderness, Duration idleTimeout, Duration maxFutureSkew) {}
