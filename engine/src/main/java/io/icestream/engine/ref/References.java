package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateStamp;
import io.icestream.engine.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Branches and tags, and the publishing of commits, in a repository of version 2. Thread-safe. Each change is one update of the
 * repository object.
 */
public final class References implements ReferenceStore {
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

    @Override
    public SpecVersion version() {
        return SpecVersion.V2;
    }

    @Override
    public String location() {
        return object.location();
    }

    @Override
    public ReferenceView view() {
        return new RepositoryView(fetch(), updater);
    }

    @Override
    public RepositoryInfo fetch() {
        return object.fetch().info();
    }

    @Override
    public RepositoryInfo fetchReadable(BiConsumer<String, IcestreamException> unreadable) {
        return fetch();
    }

    @Override
    public RepositoryInfo fetchFor(String feature) {
        return fetch();
    }

    @Override
    public void requireVersion2(String feature) {
        // It is.
    }

    @Override
    public void require(Feature feature) {
        requireFeature(fetch(), feature);
    }

    @Override
    public Optional<RepositoryConfig> findConfig() {
        RepositoryInfo info = fetch();
        return info.config().map(stored -> RepositoryConfig.of(info));
    }

    @Override
    public void saveConfig(RepositoryConfig config) {
        change("save the configuration", (info, stamp) -> write(info.withConfig(config.encode(), stamp)));
    }

    @Override
    public Stream<Update> operations() {
        return new OperationsLog(object).updates();
    }

    @Override
    public <R> R change(String what, Transition<R> transition) {
        return finish(what, updater.update(transition));
    }

    @Override
    public <R> R fence(String what, Transition<R> transition) {
        return change(what, transition);
    }

    @Override
    public <R> R changeInAnyStatus(String what, Transition<R> transition) {
        return finish(what, updater.updateInAnyStatus(transition));
    }

    @Override
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

    @Override
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

    @Override
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

    @Override
    public SnapshotId resetBranch(String name, SnapshotId to) {
        return finish("reset branch '" + name + "'", updater.update((info, stamp) -> {
            requireSnapshot(info, to);
            SnapshotId tip = requireBranch(info, name);
            return new Transition.Step.Write<>(info.withBranchReset(name, to, stamp), tip);
        }));
    }

    @Override
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

    @Override
    public void deleteTag(String name) {
        finish("delete tag '" + name + "'", updater.update((info, stamp) -> {
            if (!info.tags().containsKey(name)) {
                throw new NotFoundException("No tag '" + name + "' in the repository");
            }
            requireFeature(info, Feature.DELETE_TAG);
            return write(info.withoutTag(name, stamp));
        }));
    }

    @Override
    public PublishOutcome publish(String branch, Publication publication) {
        PublishOutcome outcome = attempt(branch, publication);
        return outcome instanceof PublishOutcome.BranchMissing
                ? PublicationTrace.onBranch(branch, publication).judge(operations(), outcome)
                : outcome;
    }

    @Override
    public PublishOutcome settle(String branch, Publication publication, StorageException cause) {
        PublishOutcome outcome = attempt(branch, publication);
        return outcome instanceof PublishOutcome.BranchMissing || outcome instanceof PublishOutcome.BranchMoved
                ? PublicationTrace.onBranch(branch, publication).judge(operations(), outcome, cause)
                : outcome;
    }

    private PublishOutcome attempt(String branch, Publication publication) {
        SnapshotId id = publication.entry().id();
        return published(id, updater.update((info, stamp) -> {
            SnapshotId tip = info.branches().get(branch);
            if (tip == null) {
                return new Transition.Step.Stop<PublishOutcome>(new PublishOutcome.BranchMissing(branch));
            }
            if (isPublished(info, tip, id)) {
                return new Transition.Step.Stop<PublishOutcome>(new PublishOutcome.Published(id));
            }
            if (!tip.equals(publication.expectedTip())) {
                return new Transition.Step.Stop<>(new PublishOutcome.BranchMoved(publication.expectedTip(), tip));
            }
            Optional<PublishOutcome> tooOld = info.snapshots().contains(id)
                    ? Optional.empty()
                    : publication.tooOld(stamp.at(), maxUncommittedAge);
            if (tooOld.isPresent()) {
                return new Transition.Step.Stop<>(tooOld.get());
            }
            publication.features().forEach(feature -> requireFeature(info, feature));
            return new Transition.Step.Write<>(
                    moved(info, branch, publication, stamp), new PublishOutcome.Published(id), publication.objects());
        }));
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

    @Override
    public PublishOutcome addDetached(Publication publication) {
        PublishOutcome outcome = attemptDetached(publication);
        return outcome instanceof PublishOutcome.BaseMissing
                ? PublicationTrace.detached(publication).judge(operations(), outcome)
                : outcome;
    }

    @Override
    public PublishOutcome settleDetached(Publication publication, StorageException cause) {
        PublishOutcome outcome = attemptDetached(publication);
        return outcome instanceof PublishOutcome.BaseMissing
                ? PublicationTrace.detached(publication).judge(operations(), outcome, cause)
                : outcome;
    }

    private PublishOutcome attemptDetached(Publication publication) {
        SnapshotId id = publication.entry().id();
        return published(id, updater.update((info, stamp) -> {
            if (info.snapshots().contains(id)) {
                return new Transition.Step.Stop<PublishOutcome>(new PublishOutcome.Published(id));
            }
            if (!info.snapshots().contains(publication.expectedTip())) {
                return new Transition.Step.Stop<PublishOutcome>(
                        new PublishOutcome.BaseMissing(publication.expectedTip()));
            }
            Optional<PublishOutcome> tooOld = publication.tooOld(stamp.at(), maxUncommittedAge);
            if (tooOld.isPresent()) {
                return new Transition.Step.Stop<>(tooOld.get());
            }
            publication.features().forEach(feature -> requireFeature(info, feature));
            return new Transition.Step.Write<>(
                    info.withDetachedSnapshot(publication.entry(), stamp),
                    new PublishOutcome.Published(id),
                    publication.objects());
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

    static void requireName(String kind, String name) {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("Invalid name of a " + kind + ": it is empty");
        }
    }
}
