package io.icestream.engine.ref;

import io.icestream.engine.format.FeatureFlags;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Branches and tags, and the publishing of commits. Thread-safe. Each change is one update of the repository object.
 *
 * <p>All changes throw {@link ReadOnlyException} if the repository does not accept changes,
 * {@link UpdateAttemptsException} if others were faster in every attempt, {@link ClockSkewException} if a clock is
 * wrong, and, but for {@link #publish}, {@link UpdateUnknownException} if it is not known whether they took effect.
 */
public final class References {
    private final RepositoryObject object;
    private final RepositoryUpdater updater;

    /**
     * @param object the repository object
     * @param updater changes it
     */
    public References(RepositoryObject object, RepositoryUpdater updater) {
        this.object = object;
        this.updater = updater;
    }

    /**
     * Reads the repository object. Cost: one request, without payload if nothing changed since the last read.
     *
     * @return the repository as it is now
     */
    public RepositoryInfo fetch() {
        return object.fetch().info();
    }

    /**
     * Changes the repository in any way; for what none of the other methods does. Cost: as for any change, and as often as
     * somebody else was faster.
     *
     * @param what completes the sentence "no answer to the attempt to"
     * @param transition the change, computed anew in each attempt
     * @param <R> what the transition says about its success
     * @return what the transition said
     */
    public <R> R change(String what, Transition<R> transition) {
        return finish(what, updater.update(transition));
    }

    /**
     * Creates a branch.
     *
     * @param name its name, not empty
     * @param at where it points
     * @throws AlreadyExistsException if there is such a branch
     * @throws NotFoundException if there is no such snapshot
     */
    public void createBranch(String name, SnapshotId at) {
        requireName("branch", name);
        finish("create branch '" + name + "'", updater.update((info, stamp) -> {
            requireSnapshot(info, at);
            if (info.branches().containsKey(name)) {
                throw new AlreadyExistsException("Cannot create branch '" + name + "': it exists and points to "
                        + info.branches().get(name) + "; reset it or choose another name");
            }
            return write(info.withBranch(name, at, stamp));
        }));
    }

    /**
     * Deletes a branch; its snapshots stay until they are collected.
     *
     * @param name its name; not {@code main}
     * @throws NotFoundException if there is no such branch
     */
    public void deleteBranch(String name) {
        if (name.equals(RepositoryInfo.MAIN)) {
            throw new IllegalArgumentException(
                    "Cannot delete branch '" + name + "': every repository has it; reset it instead");
        }
        finish("delete branch '" + name + "'", updater.update((info, stamp) -> {
            requireBranch(info, name);
            return write(info.withoutBranch(name, stamp));
        }));
    }

    /**
     * Points a branch elsewhere, if it is where the caller thinks.
     *
     * @param name its name
     * @param to where it is to point
     * @param expectedTip where it must point now
     * @return whether it was there
     * @throws NotFoundException if there is no such branch or snapshot
     */
    public ResetOutcome resetBranch(String name, SnapshotId to, SnapshotId expectedTip) {
        return finish("reset branch '" + name + "'", updater.update((info, stamp) -> {
            requireSnapshot(info, to);
            SnapshotId tip = requireBranch(info, name);
            if (!tip.equals(expectedTip)) {
                return new Transition.Step.Stop<ResetOutcome>(new ResetOutcome.TipMoved(tip));
            }
            return new Transition.Step.Write<>(info.withBranchReset(name, to, stamp), new ResetOutcome.Reset());
        }));
    }

    /**
     * Creates a tag.
     *
     * @param name its name, not empty
     * @param at where it points, for ever
     * @return what became of it
     * @throws NotFoundException if there is no such snapshot
     * @throws ReadOnlyException also if the repository forbids the creation of tags
     */
    public TagOutcome createTag(String name, SnapshotId at) {
        requireName("tag", name);
        return finish("create tag '" + name + "'", updater.update((info, stamp) -> {
            SnapshotId present = info.tags().get(name);
            if (present != null) {
                return new Transition.Step.Stop<TagOutcome>(new TagOutcome.Exists(present));
            }
            if (info.deletedTags().contains(name)) {
                return new Transition.Step.Stop<>(new TagOutcome.Burnt());
            }
            requireFeature(info, FeatureFlags.CREATE_TAG, "create_tag");
            requireSnapshot(info, at);
            return new Transition.Step.Write<>(info.withTag(name, at, stamp), new TagOutcome.Created());
        }));
    }

    /**
     * Deletes a tag; its name can never be used again.
     *
     * @param name its name
     * @throws NotFoundException if there is no such tag
     * @throws ReadOnlyException also if the repository forbids the deletion of tags
     */
    public void deleteTag(String name) {
        finish("delete tag '" + name + "'", updater.update((info, stamp) -> {
            if (!info.tags().containsKey(name)) {
                throw new NotFoundException("No tag '" + name + "' in the repository");
            }
            requireFeature(info, FeatureFlags.DELETE_TAG, "delete_tag");
            return write(info.withoutTag(name, stamp));
        }));
    }

    /**
     * Makes a flushed snapshot the tip of a branch, if the branch still points to the snapshot's parent. Publishing a
     * snapshot again that is in the history of the branch succeeds without a write, so a publisher that got no answer
     * just repeats.
     *
     * @param branch the branch
     * @param snapshot the snapshot, whose objects are all written
     * @return what became of it
     * @throws NotFoundException if there is no such branch
     */
    public PublishOutcome publish(String branch, SnapshotEntry snapshot) {
        SnapshotId parent = snapshot.parent()
                .orElseThrow(
                        () -> new IllegalArgumentException("Cannot publish " + snapshot.id() + ": it has no parent"));
        UpdateOutcome<PublishOutcome> outcome = updater.update((info, stamp) -> {
            SnapshotId tip = requireBranch(info, branch);
            if (isPublished(info, tip, snapshot.id())) {
                return new Transition.Step.Stop<PublishOutcome>(new PublishOutcome.Published(snapshot.id()));
            }
            if (!tip.equals(parent)) {
                return new Transition.Step.Stop<>(new PublishOutcome.BranchMoved(parent, tip));
            }
            return new Transition.Step.Write<>(
                    info.withCommit(branch, snapshot, stamp), new PublishOutcome.Published(snapshot.id()));
        });
        return outcome instanceof UpdateOutcome.Unknown<PublishOutcome> unknown
                ? new PublishOutcome.Unknown(snapshot.id(), unknown.cause())
                : ((UpdateOutcome.Done<PublishOutcome>) outcome).result();
    }

    private static boolean isPublished(RepositoryInfo info, SnapshotId tip, SnapshotId id) {
        return info.snapshots().contains(id)
                && Stream.iterate(Optional.of(tip), Optional::isPresent, at -> at.flatMap(info.snapshots()::findParent))
                        .anyMatch(Optional.of(id)::equals);
    }

    private static Transition.Step<Boolean> write(RepositoryInfo next) {
        return new Transition.Step.Write<>(next, true);
    }

    private static void requireFeature(RepositoryInfo info, int flag, String name) {
        if (info.flags().isDisabled(flag)) {
            throw new ReadOnlyException("The repository's feature flag " + name + " is off; switch it on first");
        }
    }

    private static <R> R finish(String what, UpdateOutcome<R> outcome) {
        if (outcome instanceof UpdateOutcome.Unknown<R> unknown) {
            throw new UpdateUnknownException(
                    "No answer to the attempt to " + what
                            + ", and reading back did not settle it; look at the repository before trying again",
                    unknown.cause());
        }
        return ((UpdateOutcome.Done<R>) outcome).result();
    }

    private static SnapshotId requireBranch(RepositoryInfo info, String name) {
        return Optional.ofNullable(info.branches().get(name))
                .orElseThrow(() -> new NotFoundException("No branch '" + name + "' in the repository, only "
                        + info.branches().keySet()));
    }

    private static void requireSnapshot(RepositoryInfo info, SnapshotId id) {
        if (!info.snapshots().contains(id)) {
            throw new NotFoundException("No snapshot " + id + " in the repository");
        }
    }

    private static void requireName(String kind, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("Invalid name of a " + kind + ": it is empty");
        }
    }
}
