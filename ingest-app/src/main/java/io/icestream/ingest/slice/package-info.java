/**
 * Placing observations on the chunk grid: columns of rows ({@code Block}) and the dense chunks they become. No Kafka, no storage.
 */
@NullMarked
package io.icestream.ingest.slice;

import org.jspecify.annotations.NullMarked;
