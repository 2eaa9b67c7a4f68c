package io.icestream.engine.maintenance;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.format.NodePath;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which manifests are to be laid out anew, and how that is committed. Immutable; each {@code with} method gives a changed copy.
 *
 * @param branch the branch
 * @param message message of the snapshot
 * @param metadata further JSON values for the snapshot, by name
 * @param method whether the snapshot comes on top of the tip, or takes its place
 * @param arrays the arrays; empty for all
 * @param timeBudget when to stop reading and writing, and commit what is done; running again goes on. Empty: not before the end
 * @param mode whether to change anything
 */
public record RewriteRequest(
        String branch,
        String message,
        SortedMap<String, JsonNode> metadata,
        Method method,
        Set<NodePath> arrays,
        Optional<Duration> timeBudget,
        RunMode mode) {
    /** How the result gets into the history. */
    public enum Method {
        /** As a snapshot on top of the tip of the branch. */
        NEW_COMMIT,
        /** In the place of the tip; nothing that builds on the tip may be under way. */
        AMEND
    }

    /** Copies the collections. */
    public RewriteRequest {
        metadata = Collections.unmodifiableSortedMap(new TreeMap<>(metadata));
        arrays = Set.copyOf(arrays);
    }

    /**
     * All arrays of a branch, in a new commit, in as long as it takes.
     *
     * @param branch the branch
     * @return the request
     */
    public static RewriteRequest of(String branch) {
        return new RewriteRequest(
                branch,
                "rewrite manifests",
                Collections.emptySortedMap(),
                Method.NEW_COMMIT,
                Set.of(),
                Optional.empty(),
                RunMode.CHANGE);
    }

    /**
     * @param value message of the snapshot
     * @return the changed request
     */
    public RewriteRequest withMessage(String value) {
        return new RewriteRequest(branch, value, metadata, method, arrays, timeBudget, mode);
    }

    /**
     * @param value further JSON values for the snapshot
     * @return the changed request
     */
    public RewriteRequest withMetadata(Map<String, JsonNode> value) {
        return new RewriteRequest(branch, message, new TreeMap<>(value), method, arrays, timeBudget, mode);
    }

    /**
     * @param value how the result gets into the history
     * @return the changed request
     */
    public RewriteRequest withMethod(Method value) {
        return new RewriteRequest(branch, message, metadata, value, arrays, timeBudget, mode);
    }

    /**
     * @param value the arrays; empty for all
     * @return the changed request
     */
    public RewriteRequest withArrays(Set<NodePath> value) {
        return new RewriteRequest(branch, message, metadata, method, value, timeBudget, mode);
    }

    /**
     * @param value when to stop
     * @return the changed request
     */
    public RewriteRequest withTimeBudget(Duration value) {
        return new RewriteRequest(branch, message, metadata, method, arrays, Optional.of(value), mode);
    }

    /**
     * @param value whether to change anything
     * @return the changed request
     */
    public RewriteRequest withMode(RunMode value) {
        return new RewriteRequest(branch, message, metadata, method, arrays, timeBudget, value);
    }
}
