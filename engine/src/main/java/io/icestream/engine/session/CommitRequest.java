package io.icestream.engine.session;

import com.fasterxml.jackson.databind.JsonNode;
import io.icestream.engine.conflict.ConflictSolver;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a commit is to say and how far it may go. Immutable; each {@code with} method gives a changed copy.
 *
 * <p>Defaults: no metadata, no idempotency key, no precondition, no solver (a branch that moved refuses the commit),
 * {@value #DEFAULT_REBASE_ATTEMPTS} rebases where there is a solver, no empty commit, no rewriting of manifests.
 */
public final class CommitRequest {
    /** Snapshot metadata under this key holds the idempotency key of a commit, as a string. */
    public static final String IDEMPOTENCY_KEY_METADATA = "icestream.key";

    /** Snapshot metadata under this key belongs to the engine; the format reserves it. */
    public static final String SYSTEM_METADATA = "__icechunk";

    private static final int DEFAULT_REBASE_ATTEMPTS = 1000;

    private final String message;
    private final SortedMap<String, JsonNode> metadata;
    private final Optional<String> idempotencyKey;
    private final Precondition precondition;
    private final Optional<ConflictSolver> solver;
    private final int rebaseAttempts;
    private final boolean emptyAllowed;
    private final boolean rewritesManifests;

    private CommitRequest(
            String message,
            SortedMap<String, JsonNode> metadata,
            Optional<String> idempotencyKey,
            Precondition precondition,
            Optional<ConflictSolver> solver,
            int rebaseAttempts,
            boolean emptyAllowed,
            boolean rewritesManifests) {
        this.message = message;
        this.metadata = metadata;
        this.idempotencyKey = idempotencyKey;
        this.precondition = precondition;
        this.solver = solver;
        this.rebaseAttempts = rebaseAttempts;
        this.emptyAllowed = emptyAllowed;
        this.rewritesManifests = rewritesManifests;
    }

    /**
     * A request with the defaults.
     *
     * @param message what the commit is about, for people
     * @return the request
     */
    public static CommitRequest of(String message) {
        return new CommitRequest(
                message,
                Collections.emptySortedMap(),
                Optional.empty(),
                Precondition.NONE,
                Optional.empty(),
                DEFAULT_REBASE_ATTEMPTS,
                false,
                false);
    }

    /**
     * Attaches values to the snapshot. The repository object carries them for every live snapshot, so keep them short.
     *
     * @param values JSON values by name; under {@code __icechunk} only an object, to which the engine adds its own
     * @return the changed request
     * @throws IllegalArgumentException if a value could not be read back as it is, or uses a name of the engine
     */
    public CommitRequest metadata(Map<String, JsonNode> values) {
        MetadataRules.check(values);
        return new CommitRequest(
                message,
                Collections.unmodifiableSortedMap(new TreeMap<>(values)),
                idempotencyKey,
                precondition,
                solver,
                rebaseAttempts,
                emptyAllowed,
                rewritesManifests);
    }

    /**
     * Makes the commit repeatable: if one of the {@value CommitRounds#KEY_SEARCH_DEPTH} newest commits of the branch
     * carries the same key, that one is the result and nothing is written. Asked in every round.
     *
     * @param key identifies the intent of the commit, not empty
     * @return the changed request
     */
    public CommitRequest idempotencyKey(String key) {
        if (key.isEmpty()) {
            throw new IllegalArgumentException("Invalid idempotency key: it is empty");
        }
        return new CommitRequest(
                message,
                metadata,
                Optional.of(key),
                precondition,
                solver,
                rebaseAttempts,
                emptyAllowed,
                rewritesManifests);
    }

    /**
     * Sets what must hold at the tip.
     *
     * @param condition asked in every round
     * @return the changed request
     */
    public CommitRequest precondition(Precondition condition) {
        return new CommitRequest(
                message, metadata, idempotencyKey, condition, solver, rebaseAttempts, emptyAllowed, rewritesManifests);
    }

    /**
     * Lets the commit be rebased when the branch has moved.
     *
     * @param conflictSolver decides about conflicts
     * @return the changed request
     */
    public CommitRequest solver(ConflictSolver conflictSolver) {
        return new CommitRequest(
                message,
                metadata,
                idempotencyKey,
                precondition,
                Optional.of(conflictSolver),
                rebaseAttempts,
                emptyAllowed,
                rewritesManifests);
    }

    /**
     * Bounds the number of rebases.
     *
     * @param attempts how often the commit may be rebased, zero or more
     * @return the changed request
     */
    public CommitRequest rebaseAttempts(int attempts) {
        if (attempts < 0) {
            throw new IllegalArgumentException(
                    "Invalid number of rebase attempts " + attempts + ": it must be at least 0");
        }
        return new CommitRequest(
                message, metadata, idempotencyKey, precondition, solver, attempts, emptyAllowed, rewritesManifests);
    }

    /**
     * Lets a commit without changes make a snapshot.
     *
     * @return the changed request
     */
    public CommitRequest allowEmpty() {
        return new CommitRequest(
                message, metadata, idempotencyKey, precondition, solver, rebaseAttempts, true, rewritesManifests);
    }

    /**
     * Lets the commit lay out the manifests of all arrays as the splitting in force has it, not only those of arrays that the
     * session changed. Boxes that have one manifest of their own keep it. The configuration goes into the snapshot's metadata
     * under {@value #SYSTEM_METADATA}, as in the reference. Cost: every manifest that is laid out otherwise is read once.
     *
     * @return the changed request
     */
    public CommitRequest rewriteManifests() {
        return new CommitRequest(
                message, metadata, idempotencyKey, precondition, solver, rebaseAttempts, emptyAllowed, true);
    }

    /**
     * @return what the commit is about
     */
    public String message() {
        return message;
    }

    /**
     * @return the caller's values for the snapshot
     */
    public SortedMap<String, JsonNode> metadata() {
        return metadata;
    }

    /**
     * @return the idempotency key, or empty
     */
    public Optional<String> idempotencyKey() {
        return idempotencyKey;
    }

    /**
     * @return what must hold at the tip
     */
    public Precondition precondition() {
        return precondition;
    }

    /**
     * @return decides about conflicts; empty if the commit must not be rebased
     */
    public Optional<ConflictSolver> solver() {
        return solver;
    }

    /**
     * @return how often the commit may be rebased
     */
    public int rebaseAttempts() {
        return rebaseAttempts;
    }

    /**
     * @return whether a commit without changes makes a snapshot
     */
    public boolean isEmptyAllowed() {
        return emptyAllowed;
    }

    /**
     * @return whether the manifests of all arrays are laid out anew
     */
    public boolean isRewriteOfManifests() {
        return rewritesManifests;
    }
}
