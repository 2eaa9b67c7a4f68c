/**
 * Reading a snapshot and changing it: sessions, and the commit with its phases.
 *
 * <p>A commit is validated (is there something to say, was it said before, does the caller's precondition hold),
 * applied ({@link io.icestream.engine.session.WritableSession#flush}: manifests, transaction log and snapshot are made;
 * invisible and repeatable), and published: these are stored, all at the same time, then comes one conditional write of the
 * repository object. A lost race is rebased and applied again; manifests that the other commit did not concern are kept.
 */
@NullMarked
package io.icestream.engine.session;

import org.jspecify.annotations.NullMarked;
