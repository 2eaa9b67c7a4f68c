package io.icestream.engine.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * The one object of a repository that is ever replaced: where branches and tags are, which snapshots there are, and the
 * newest part of the ops log. Each change of a repository is a transition of this value, written under the condition that
 * the object is still the one that was read.
 *
 * <p>Transitions ({@code with…}) leave this value as it is and give a new one with one more update on top of the ops log.
 * They throw {@link IllegalArgumentException} if they do not fit this value, so that callers look first and report a lost
 * race or a name that is taken in their own words. Cost: a few array copies, whatever the entries hold.
 *
 * @param specVersion format version of the repository, {@value #SPEC_VERSION}
 * @param tags where each tag is, sorted by the UTF-8 bytes of the names
 * @param branches the tip of each branch, sorted likewise
 * @param deletedTags names that were tags and can never be again
 * @param snapshots all snapshots that a ref reaches, and others that are not collected yet
 * @param status whether the repository may be used
 * @param metadata what the owner attached to the repository
 * @param latestUpdates the ops log, newest first, back to where {@code repoBeforeUpdates} takes over
 * @param repoBeforeUpdates name, without {@code overwritten/}, of the copy whose ops log goes on where {@code
 *     latestUpdates} ends
 * @param config the persistent configuration as it was stored, see {@link RepositoryConfig}; empty for the default
 * @param flags features switched on or off
 * @param extra bytes of other writers, kept as they are
 */
public record RepositoryInfo(
        int specVersion,
        SortedMap<String, SnapshotId> tags,
        SortedMap<String, SnapshotId> branches,
        SortedSet<String> deletedTags,
        SnapshotEntries snapshots,
        RepositoryStatus status,
        SortedMap<String, JsonNode> metadata,
        List<Update> latestUpdates,
        Optional<String> repoBeforeUpdates,
        Optional<Bytes> config,
        FeatureFlags flags,
        Optional<Bytes> extra) {
    /** The format version that is known here. */
    public static final int SPEC_VERSION = 2;

    /** The branch that every repository has. */
    public static final String MAIN = "main";

    /** Copies the collections and checks that every ref is at a snapshot of the list. */
    public RepositoryInfo {
        tags = Utf8Order.copyOf(tags);
        branches = Utf8Order.copyOf(branches);
        deletedTags = Utf8Order.copyOf(deletedTags);
        metadata = Metadata.copyOf(metadata);
        latestUpdates = List.copyOf(latestUpdates);
        checkTargets("tag", tags, snapshots);
        checkTargets("branch", branches, snapshots);
    }

    private static void checkTargets(String kind, Map<String, SnapshotId> refs, SnapshotEntries snapshots) {
        refs.forEach((name, id) -> {
            if (!snapshots.contains(id)) {
                throw new IllegalArgumentException(
                        "Cannot put " + kind + " '" + name + "' on " + id + ": the repository has no such snapshot");
            }
        });
    }

    /**
     * A repository just created: the branch {@value #MAIN} at its first snapshot.
     *
     * @param root the first snapshot, see {@link Snapshot#initial}
     * @param config what the user set, or empty for the default
     */
    public static RepositoryInfo initial(Snapshot root, Instant now, Optional<Bytes> config) {
        SnapshotEntries snapshots = SnapshotEntries.of(List.of(SnapshotEntry.of(root, Optional.empty())));
        Update created = new Update(new UpdateKind.RepositoryInitialized(), now, Optional.empty());
        return new RepositoryInfo(
                SPEC_VERSION,
                Collections.emptySortedMap(),
                Utf8Order.copyOf(Map.of(MAIN, root.id())),
                Collections.emptySortedSet(),
                snapshots,
                RepositoryStatus.online(now),
                Collections.emptySortedMap(),
                List.of(created),
                Optional.empty(),
                config,
                FeatureFlags.DEFAULT,
                Optional.empty());
    }

    /**
     * Adds a snapshot and makes it the tip of a branch.
     *
     * @param commit the snapshot; its parent is the present tip
     */
    public RepositoryInfo withCommit(String branch, SnapshotEntry commit, UpdateStamp stamp) {
        SnapshotId tip = present(branches, "branch", branch);
        if (!commit.parent().equals(Optional.of(tip))) {
            throw new IllegalArgumentException(
                    "Cannot commit " + commit.id() + " to branch '" + branch + "': its parent is "
                            + commit.parent().map(SnapshotId::toString).orElse("none") + ", the tip " + tip);
        }
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.snapshots = snapshots.with(commit);
        draft.branches.put(branch, commit.id());
        return draft.build(new UpdateKind.NewCommit(branch, commit.id()), stamp);
    }

    /**
     * Puts a snapshot in the place of the tip of a branch. Its parent and the logs pruned before it become those of the tip,
     * which stays in the list.
     *
     * @param amendment the snapshot; its parent is not looked at
     */
    public RepositoryInfo withAmendment(String branch, SnapshotEntry amendment, UpdateStamp stamp) {
        SnapshotId tip = present(branches, "branch", branch);
        SnapshotEntry amended = snapshots.find(tip).orElseThrow();
        if (amended.parent().isEmpty()) {
            throw new IllegalArgumentException("Cannot amend " + tip + ": it is the first snapshot of the repository");
        }
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.snapshots = snapshots.with(new SnapshotEntry(
                amendment.id(),
                amended.parent(),
                amendment.flushedAt(),
                amendment.message(),
                amendment.metadata(),
                amended.prunedAncestorLogs()));
        draft.branches.put(branch, amendment.id());
        return draft.build(new UpdateKind.CommitAmended(branch, tip, amendment.id()), stamp);
    }

    /** Adds a snapshot that no branch leads to; its parent is in the list. */
    public RepositoryInfo withDetachedSnapshot(SnapshotEntry snapshot, UpdateStamp stamp) {
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.snapshots = snapshots.with(snapshot);
        return draft.build(new UpdateKind.NewDetachedSnapshot(snapshot.id()), stamp);
    }

    /** Creates a branch; there is none of this name. */
    public RepositoryInfo withBranch(String name, SnapshotId tip, UpdateStamp stamp) {
        checkFree(branches, "branch", name);
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.branches.put(name, tip);
        return draft.build(new UpdateKind.BranchCreated(name), stamp);
    }

    /** Moves a branch that exists to any snapshot of the list. */
    public RepositoryInfo withBranchReset(String name, SnapshotId to, UpdateStamp stamp) {
        SnapshotId previous = present(branches, "branch", name);
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.branches.put(name, to);
        return draft.build(new UpdateKind.BranchReset(name, previous), stamp);
    }

    /** Deletes a branch that exists, other than {@value #MAIN}. */
    public RepositoryInfo withoutBranch(String name, UpdateStamp stamp) {
        SnapshotId previous = present(branches, "branch", name);
        if (name.equals(MAIN)) {
            throw new IllegalArgumentException("Cannot delete branch '" + MAIN + "': every repository has it");
        }
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.branches.remove(name);
        return draft.build(new UpdateKind.BranchDeleted(name, previous), stamp);
    }

    /** Creates a tag; there is none of this name and never was. */
    public RepositoryInfo withTag(String name, SnapshotId at, UpdateStamp stamp) {
        checkFree(tags, "tag", name);
        if (deletedTags.contains(name)) {
            throw new IllegalArgumentException("Cannot create tag '" + name
                    + "': a tag of this name was deleted, and the" + " name cannot be used again");
        }
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.tags.put(name, at);
        return draft.build(new UpdateKind.TagCreated(name), stamp);
    }

    /** Deletes a tag that exists; its name can never be used again. */
    public RepositoryInfo withoutTag(String name, UpdateStamp stamp) {
        SnapshotId previous = present(tags, "tag", name);
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.tags.remove(name);
        draft.deletedTags.add(name);
        return draft.build(new UpdateKind.TagDeleted(name, previous), stamp);
    }

    /** Replaces the persistent configuration. */
    public RepositoryInfo withConfig(Bytes newConfig, UpdateStamp stamp) {
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.config = Optional.of(newConfig);
        return draft.build(new UpdateKind.ConfigChanged(), stamp);
    }

    /** Replaces the metadata of the repository. */
    public RepositoryInfo withMetadata(SortedMap<String, JsonNode> newMetadata, UpdateStamp stamp) {
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.metadata = newMetadata;
        return draft.build(new UpdateKind.MetadataChanged(), stamp);
    }

    /**
     * Takes old snapshots out of the histories, and refs with them.
     *
     * @param kept the snapshots that stay, see {@link SnapshotEntries#without}
     * @param expiredBranches branches that go; not {@value #MAIN}
     * @param expiredTags tags that go; their names can never be used again
     */
    public RepositoryInfo withExpiration(
            SnapshotEntries kept, Set<String> expiredBranches, Set<String> expiredTags, UpdateStamp stamp) {
        if (expiredBranches.contains(MAIN)) {
            throw new IllegalArgumentException("Cannot delete branch '" + MAIN + "': every repository has it");
        }
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.snapshots = kept;
        draft.branches.keySet().removeAll(expiredBranches);
        draft.tags.keySet().removeAll(expiredTags);
        draft.deletedTags.addAll(expiredTags);
        return draft.build(new UpdateKind.ExpirationRan(), stamp);
    }

    /**
     * Drops snapshots that no ref leads to, before their objects are deleted.
     *
     * @param kept the snapshots that stay, see {@link SnapshotEntries#without}
     */
    public RepositoryInfo withCollection(SnapshotEntries kept, UpdateStamp stamp) {
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.snapshots = kept;
        return draft.build(new UpdateKind.GarbageCollected(), stamp);
    }

    /** Sets the status. */
    public RepositoryInfo withStatus(RepositoryStatus newStatus, UpdateStamp stamp) {
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.status = newStatus;
        return draft.build(new UpdateKind.StatusChanged(newStatus), stamp);
    }

    /** Switches a feature on or off, or, if {@code value} is empty, returns it to its default. */
    public RepositoryInfo withFeature(int flag, Optional<Boolean> value, UpdateStamp stamp) {
        RepositoryDraft draft = new RepositoryDraft(this);
        draft.flags = flags.with(flag, value);
        return draft.build(new UpdateKind.FeatureFlagChanged(flag, value), stamp);
    }

    /** The same value, its snapshots in the bytes of the file that was made of it. */
    RepositoryInfo withWritten(SnapshotEntries written) {
        return new RepositoryInfo(
                specVersion,
                tags,
                branches,
                deletedTags,
                written,
                status,
                metadata,
                latestUpdates,
                repoBeforeUpdates,
                config,
                flags,
                extra);
    }

    private static SnapshotId present(Map<String, SnapshotId> refs, String kind, String name) {
        SnapshotId id = refs.get(name);
        if (id == null) {
            throw new IllegalArgumentException("The repository has no " + kind + " '" + name + "'");
        }
        return id;
    }

    private static void checkFree(Map<String, SnapshotId> refs, String kind, String name) {
        SnapshotId id = refs.get(name);
        if (id != null) {
            throw new IllegalArgumentException(
                    "Cannot create " + kind + " '" + name + "': it is there already, at " + id);
        }
    }
}
