package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a snapshot that takes the place of the tip of a branch is to say. Immutable; each {@code with} method gives a changed
 * copy. There is no solver: whoever amends means the very tip that the session started from.
 *
 * @param message what the snapshot is about, for people; it replaces that of the amended one
 * @param metadata JSON values by name; they replace those of the amended one
 * @param emptyAllowed whether a session without changes amends, to change message and metadata
 * @param rewritesManifests whether the manifests of all arrays are laid out anew, see {@link CommitRequest#rewriteManifests}
 */
public record AmendRequest(
        String message, SortedMap<String, JsonNode> metadata, boolean emptyAllowed, boolean rewritesManifests) {
    /** Copies and checks the metadata as {@link CommitRequest#metadata} does. */
    public AmendRequest {
        MetadataRules.check(metadata);
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
    }

    /**
     * A request without metadata that does not amend without changes.
     *
     * @param message what the snapshot is about
     * @return the request
     */
    public static AmendRequest of(String message) {
        return new AmendRequest(message, Collections.emptySortedMap(), false, false);
    }

    /**
     * Attaches values to the snapshot.
     *
     * @param values JSON values by name
     * @return the changed request
     * @throws IllegalArgumentException as for {@link CommitRequest#metadata}
     */
    public AmendRequest withMetadata(Map<String, JsonNode> values) {
        return new AmendRequest(message, new TreeMap<>(values), emptyAllowed, rewritesManifests);
    }

    /**
     * Lets a session without changes amend.
     *
     * @return the changed request
     */
    public AmendRequest allowEmpty() {
        return new AmendRequest(message, metadata, true, rewritesManifests);
    }

    /**
     * Lets the manifests of all arrays be laid out anew, as {@link CommitRequest#rewriteManifests} does.
     *
     * @return the changed request
     */
    public AmendRequest rewriteManifests() {
        return new AmendRequest(message, metadata, emptyAllowed, true);
    }
}
