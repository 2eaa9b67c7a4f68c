/** What every store of this kind is put through, for the tests of the modules that have one; and tests of single parts. */
@NullMarked
package io.icestream.engine.storage.cloud;

import org.jspecify.annotations.NullMarked;
