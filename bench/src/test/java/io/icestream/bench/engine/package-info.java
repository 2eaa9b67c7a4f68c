@NullMarked
package io.icestream.bench.engine;

import org.jspecify.annotations.NullMarked;
