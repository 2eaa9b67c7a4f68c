@NullMarked
package io.icestream.bench.pipeline;

import org.jspecify.annotations.NullMarked;
