/** The Icechunk storage engine for Zarr v3. */
@NullMarked
package io.icestream.engine;

import org.jspecify.annotations.NullMarked;
