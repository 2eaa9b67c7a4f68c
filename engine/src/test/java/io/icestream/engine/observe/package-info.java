/** Tests of this package. */
@NullMarked
package io.icestream.engine.observe;

import org.jspecify.annotations.NullMarked;
