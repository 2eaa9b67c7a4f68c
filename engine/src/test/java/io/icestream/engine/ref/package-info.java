/** Tests of this package. */
@NullMarked
package io.icestream.engine.ref;

import org.jspecify.annotations.NullMarked;
