package io.icestream.engine.ref;

import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.UpdateStamp;
import java.time.Duration;
import java.time.Instant;
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
    private final Optional<Duration> maxUncommittedAge;

    /**
     * @param object the repository object
     * @param updater changes it
     * @param maxUncommittedAge how old what is published may be at most, see {@link PublishOutcome.TooOld}; empty for no limit
     */
    public References(RepositoryObject object, RepositoryUpdater updater, Optional<Duration> maxUncommittedAge) {
        this.object = object;
        this.updater = updater;
        this.maxUncommittedAge = maxUncommittedAge;
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
     * Points a branch elsewhere, wherever it is.
     *
     * @param name its name
     * @param to where it is to point
     * @return where it pointed before
     * @throws NotFoundException if there is no such branch or snapshot
     */
    public SnapshotId resetBranch(String name, SnapshotId to) {
        return finish("reset branch '" + name + "'", updater.update((info, stamp) -> {
            requireSnapshot(info, to);
            SnapshotId tip = requireBranch(info, name);
            return new Transition.Step.Write<>(info.withBranchReset(name, to, stamp), tip);
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
            requireFeature(info, Feature.CREATE_TAG);
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
            requireFeature(info, Feature.DELETE_TAG);
            return write(info.withoutTag(name, stamp));
        }));
    }

    /**
     * Makes a flushed snapshot the tip of a branch, if the branch still points to the snapshot that it follows or amends.
     * Publishing a snapshot again that is in the history of the branch succeeds without a write, so a publisher that got no
     * answer just repeats. A snapshot that was taken out of the history by a reset comes back as a reset.
     *
     * <p>Where there is a limit on age, it is compared with the age in every attempt, after the repository object was read that
     * the attempt replaces. A collector replaces that object after it has chosen what is old enough, and before it looks what is
     * reached. So either this attempt came first and is seen, or it fails, and the next one sees the age that the collector saw.
     *
     * @param branch the branch
     * @param publication the snapshot, whose objects are all written
     * @return what became of it
     * @throws NotFoundException if there is no such branch
     * @throws ReadOnlyException also if the repository forbids what the snapshot needs
     */
    public PublishOutcome publish(String branch, Publication publication) {
        SnapshotId id = publication.entry().id();
        return published(id, updater.update((info, stamp) -> {
            SnapshotId tip = requireBranch(info, branch);
            if (isPublished(info, tip, id)) {
                return new Transition.Step.Stop<PublishOutcome>(new PublishOutcome.Published(id));
            }
            if (!tip.equals(publication.expectedTip())) {
                return new Transition.Step.Stop<>(new PublishOutcome.BranchMoved(publication.expectedTip(), tip));
            }
            Optional<PublishOutcome> tooOld =
                    info.snapshots().contains(id) ? Optional.empty() : tooOld(publication, stamp.at());
            if (tooOld.isPresent()) {
                return new Transition.Step.Stop<>(tooOld.get());
            }
            publication.features().forEach(feature -> requireFeature(info, feature));
            return new Transition.Step.Write<>(
                    moved(info, branch, publication, stamp), new PublishOutcome.Published(id));
        }));
    }

    private Optional<PublishOutcome> tooOld(Publication publication, Instant now) {
        return maxUncommittedAge.flatMap(limit -> publication
                .oldestObject()
                .filter(oldest -> oldest.plus(limit).isBefore(now))
                .map(oldest -> new PublishOutcome.TooOld(oldest, limit)));
    }

    private static RepositoryInfo moved(
            RepositoryInfo info, String branch, Publication publication, UpdateStamp stamp) {
        if (info.snapshots().contains(publication.entry().id())) {
            return info.withBranchReset(branch, publication.entry().id(), stamp);
        }
        return publication.amended().isPresent()
                ? info.withAmendment(branch, publication.entry(), stamp)
                : info.withCommit(branch, publication.entry(), stamp);
    }

    /**
     * Adds a flushed snapshot that no branch leads to, to be adopted by a branch or a tag later. Adding it again succeeds
     * without a write.
     *
     * @param publication the snapshot, whose objects are all written; it amends nothing
     * @return what became of it; never {@link PublishOutcome.BranchMoved}
     * @throws NotFoundException if the snapshot that it builds on is no longer in the repository
     */
    public PublishOutcome addDetached(Publication publication) {
        SnapshotId id = publication.entry().id();
        return published(id, updater.update((info, stamp) -> {
            if (info.snapshots().contains(id)) {
                return new Transition.Step.Stop<PublishOutcome>(new PublishOutcome.Published(id));
            }
            requireSnapshot(info, publication.expectedTip());
            Optional<PublishOutcome> tooOld = tooOld(publication, stamp.at());
            if (tooOld.isPresent()) {
                return new Transition.Step.Stop<>(tooOld.get());
            }
            publication.features().forEach(feature -> requireFeature(info, feature));
            return new Transition.Step.Write<>(
                    info.withDetachedSnapshot(publication.entry(), stamp), new PublishOutcome.Published(id));
        }));
    }

    private static PublishOutcome published(SnapshotId id, UpdateOutcome<PublishOutcome> outcome) {
        return outcome instanceof UpdateOutcome.Unknown<PublishOutcome> unknown
                ? new PublishOutcome.Unknown(id, unknown.cause())
                : ((UpdateOutcome.Done<PublishOutcome>) outcome).result();
    }

    private static boolean isPublished(RepositoryInfo info, SnapshotId tip, SnapshotId id) {
        return info.snapshots().contains(id)
                && Stream.iterate(Optional.of(tip), Optional::isPresent, at -> at.flatMap(info.snapshots()::findParent))
                        .anyMatch(Optional.of(id)::equals);
    }

    static Transition.Step<Boolean> write(RepositoryInfo next) {
        return new Transition.Step.Write<>(next, true);
    }

    static void requireFeature(RepositoryInfo info, Feature feature) {
        if (info.flags().isDisabled(feature.flag())) {
            throw new ReadOnlyException(
                    "The repository's feature flag " + feature.flagName() + " is off; switch it on first");
        }
    }

    static <R> R finish(String what, UpdateOutcome<R> outcome) {
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
