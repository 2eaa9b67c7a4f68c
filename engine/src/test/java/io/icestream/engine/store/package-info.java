/** Tests of this package. */
@NullMarked
package io.icestream.engine.store;

import org.jspecify.annotations.NullMarked;
