/** The ingest application: streams of observations become snapshots of arrays. */
@NullMarked
package io.icestream.ingest;

import org.jspecify.annotations.NullMarked;
