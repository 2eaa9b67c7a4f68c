@NullMarked
package io.icestream.ingest.decode;

import org.jspecify.annotations.NullMarked;
