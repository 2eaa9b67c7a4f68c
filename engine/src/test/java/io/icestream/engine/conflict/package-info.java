/** Tests of conflicts. */
@NullMarked
package io.icestream.engine.conflict;

import org.jspecify.annotations.NullMarked;
