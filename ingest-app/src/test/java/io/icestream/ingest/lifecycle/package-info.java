/** Tests of whole ingests on a real broker. */
@NullMarked
package io.icestream.ingest.lifecycle;

import org.jspecify.annotations.NullMarked;
