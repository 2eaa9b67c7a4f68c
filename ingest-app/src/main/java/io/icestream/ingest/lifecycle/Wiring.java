package io.icestream.ingest.lifecycle;

import io.icestream.engine.storage.Storage;
import io.icestream.ingest.config.RepositorySettings;
import io.icestream.ingest.protocol.ProtocolObserver;
import io.icestream.ingest.topology.IngestListener;
import java.time.InstantSource;

/**
 * What an ingest takes from its surroundings.
 *
 * @param storage opens the object store of the repository
 * @param observer is told of protocol points
 * @param clock the time
 * @param listener is told what the ingest does
 */
public record Wiring(StorageOpener storage, ProtocolObserver observer, InstantSource clock, IngestListener listener) {

    /** Opens the object store of a repository; the ingest closes it. */
    @FunctionalInterface
    public interface StorageOpener {

        /**
         * Opens a store.
         *
         * @param settings where the repository lives
         * @return the store, to be closed by the caller
         */
        Storage open(RepositorySettings settings);
    }

    /** The same surroundings with another listener. */
    Wiring withListener(IngestListener other) {
        return new Wiring(storage, observer, clock, other);
    }
}
