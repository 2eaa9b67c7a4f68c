/** The engine on seven workloads that the reference client's script defines: same sizes, same order of calls. */
@NullMarked
package io.icestream.bench.engine;

import org.jspecify.annotations.NullMarked;
