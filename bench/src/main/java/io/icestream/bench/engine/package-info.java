/** The engine on workloads that the reference client's scripts define: same sizes, same order of calls. */
@NullMarked
package io.icestream.bench.engine;

import org.jspecify.annotations.NullMarked;
