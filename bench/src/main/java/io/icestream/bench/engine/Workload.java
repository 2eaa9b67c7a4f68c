package io.icestream.bench.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One kind of work on one repository, at one size. */
@FunctionalInterface
interface Workload {
    /** Does the work in a repository of its own and checks it; gives figures by the names that the reference script uses. */
    ObjectNode run(Workbench bench);
}
