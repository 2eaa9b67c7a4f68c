/** Tests of the topology. */
@NullMarked
package io.icestream.ingest.topology;

import org.jspecify.annotations.NullMarked;
