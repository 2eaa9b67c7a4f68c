/**
 * Arrays and groups as Zarr sees them, over a session: read and write regions of elements without knowing of chunks,
 * find the coordinates of dimensions, and read numbers as times by CF conventions.
 */
@NullMarked
package io.icestream.engine.store;

import org.jspecify.annotations.NullMarked;
