/** Tests of this package. */
@NullMarked
package io.icestream.engine.maintenance;

import org.jspecify.annotations.NullMarked;
