/** Tests of the store. */
@NullMarked
package io.icestream.azure;

import org.jspecify.annotations.NullMarked;
