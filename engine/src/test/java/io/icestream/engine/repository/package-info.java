/** Tests of this package. */
@NullMarked
package io.icestream.engine.repository;

import org.jspecify.annotations.NullMarked;
