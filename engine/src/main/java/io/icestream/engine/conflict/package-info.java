/**
 * Whether changes that were made on one snapshot may be moved onto another: the detector with the reference's matrix,
 * the solver with its policies, and the check that the moved tree still is a tree.
 */
@NullMarked
package io.icestream.engine.conflict;

import org.jspecify.annotations.NullMarked;
