package io.icestream.engine.storage.cloud;

import io.icestream.engine.storage.ObjectSummary;
import java.util.List;
import java.util.Optional;

/**
 * A page of a listing.
 *
 * @param objects the objects on it, by their keys in the location
 * @param next where the next page begins, in the store's own words; empty after the last page
 */
public record ListedPage(List<ObjectSummary> objects, Optional<String> next) {
    /** Keeps a copy. */
    public ListedPage {
        objects = List.copyOf(objects);
    }
}
