@NullMarked
package io.icestream.ingest.slice;

import org.jspecify.annotations.NullMarked;
