package io.icestream.engine.format;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The dictionaries for locations of virtual chunks, of manifests that are written together. Thread-safe.
 *
 * <p>To make one takes some ten milliseconds, as long as compressing thousands of locations. So all manifests of an array share the
 * one that the first of them has made, and a manifest that takes the place of another one keeps its dictionary: what is compressed
 * with it is copied as it is.
 */
public final class LocationDictionaries {
    private final LocationCompression settings;
    private final Map<NodeId, Optional<Bytes>> made = new ConcurrentHashMap<>();

    /**
     * @param settings when locations are compressed, and how
     */
    public LocationDictionaries(LocationCompression settings) {
        this.settings = settings;
    }

    LocationCompression settings() {
        return settings;
    }

    /** The dictionary to go on with. */
    Optional<Bytes> in(List<Manifest> sources) {
        return settings.maxSamples() == 0
                ? Optional.empty()
                : sources.stream()
                        .flatMap(source -> source.locationDictionary().stream())
                        .findFirst();
    }

    /** The dictionary of an array, made of samples if there is none yet; other threads that need it wait. */
    Optional<Bytes> of(NodeId array, Supplier<List<String>> samples) {
        return made.computeIfAbsent(array, id -> LocationCompressor.train(samples.get(), settings));
    }
}
