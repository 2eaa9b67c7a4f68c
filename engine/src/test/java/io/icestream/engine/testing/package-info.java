/**
 * What tests of all modules share: a storage that fails on demand, child processes, and the folder of shared test data.
 */
@NullMarked
package io.icestream.engine.testing;

import org.jspecify.annotations.NullMarked;
