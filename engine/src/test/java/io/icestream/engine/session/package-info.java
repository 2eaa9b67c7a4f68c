/** Tests of this package. */
@NullMarked
package io.icestream.engine.session;

import org.jspecify.annotations.NullMarked;
