/** Tests of the store. */
@NullMarked
package io.icestream.gcs;

import org.jspecify.annotations.NullMarked;
