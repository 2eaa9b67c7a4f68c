/** Tests of {@code io.icestream.engine.virtual}. */
@NullMarked
package io.icestream.engine.virtual;

import org.jspecify.annotations.NullMarked;
