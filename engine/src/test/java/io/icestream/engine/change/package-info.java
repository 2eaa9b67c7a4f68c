/** Tests of this package. */
@NullMarked
package io.icestream.engine.change;

import org.jspecify.annotations.NullMarked;
