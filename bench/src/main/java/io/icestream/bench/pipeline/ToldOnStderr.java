package io.icestream.bench.pipeline;

import io.icestream.ingest.topology.IngestListener;

/** Prints what an ingest has to complain of. */
abstract class ToldOnStderr implements IngestListener {

    @Override
    public void warned(String message) {
        System.err.println("warned: " + message);
    }

    @Override
    public void halted(String reason) {
        System.err.println("halted: " + reason);
    }

    @Override
    public void waiting(String what) {
        System.err.println("waiting for " + what);
    }
}
