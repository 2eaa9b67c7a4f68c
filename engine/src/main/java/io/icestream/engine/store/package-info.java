/**
 * Arrays and groups as Zarr sees them, over a session: read and write regions of elements without knowing of chunks.
 */
@NullMarked
package io.icestream.engine.store;

import org.jspecify.annotations.NullMarked;
