/** Tests of {@code io.icestream.engine.storage.http}. */
@NullMarked
package io.icestream.engine.storage.http;

import org.jspecify.annotations.NullMarked;
