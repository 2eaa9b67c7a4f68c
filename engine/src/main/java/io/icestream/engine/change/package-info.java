/**
 * What a session has altered and not yet committed: {@link io.icestream.engine.change.ChangeSet}, and the transaction
 * log made from it.
 */
@NullMarked
package io.icestream.engine.change;

import org.jspecify.annotations.NullMarked;
