/** The engine beside plain models of it: at random, under faults, with several at work at a time. */
@NullMarked
package io.icestream.engine.model;

import org.jspecify.annotations.NullMarked;
