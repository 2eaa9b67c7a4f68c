package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.asset.AssetStore;
import io.icestream.engine.asset.Parallel;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.format.UpdateStamp;
import io.icestream.engine.storage.ObjectKeys;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StorageException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Branches and tags of a repository of version 1 of the format: an object each, that says where it points. Thread-safe.
 *
 * <p>A branch is moved by a conditional replacement of its object, a tag is created where there is no object, and deleted by a
 * second object that says so; a deletion is for ever. What is asked of several objects is not of one moment: others may write in
 * between. {@link ReferenceObjects} explains what is done when there is no answer; a publication that was overtaken then is found
 * in the history of the branch, or else its outcome stays unknown.
 *
 * <p>Source: Icechunk specification 1, branches and tags.
 */
public final class ReferenceFiles implements ReferenceStore {
    private final Storage storage;
    private final RepositoryConfig config;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Backoff backoff;
    private final ReferenceObjects objects;
    private final SnapshotHistory history;
    private final Assembly assembly;
    private final ConfigObject configObject;
    private final Parallel parallel;
    private final Optional<Duration> maxUncommittedAge;

    /**
     * @param storage holds the repository
     * @param assets reads snapshots
     * @param config how often to try
     * @param clock tells the time
     * @param random chooses names; thread-safe
     * @param backoff waits between attempts
     * @param parallel reads several objects at a time
     * @param maxUncommittedAge how old what is published may be at most, see {@link PublishOutcome.TooOld}; empty for no limit
     */
    public ReferenceFiles(
            Storage storage,
            AssetStore assets,
            RepositoryConfig config,
            InstantSource clock,
            RandomGenerator random,
            Backoff backoff,
            Parallel parallel,
            Optional<Duration> maxUncommittedAge) {
        this.maxUncommittedAge = maxUncommittedAge;
        this.storage = storage;
        this.config = config;
        this.clock = clock;
        this.random = random;
        this.backoff = backoff;
        this.parallel = parallel;
        this.objects = new ReferenceObjects(storage, backoff);
        this.history = new SnapshotHistory(assets);
        this.configObject = new ConfigObject(storage);
        this.assembly = new Assembly(this, assets, parallel);
    }

    /**
     * Makes the content of the object of a branch or tag.
     *
     * @param snapshot where it points
     * @return the bytes to write
     */
    public static ByteBuffer encode(SnapshotId snapshot) {
        return ReferenceObjects.encode(snapshot);
    }

    Storage storage() {
        return storage;
    }

    SnapshotHistory history() {
        return history;
    }

    ReferenceListing list() {
        return ReferenceListing.of(storage, objects, parallel);
    }

    /** Whether there can be a branch or tag of a name. */
    boolean isPossible(String name) {
        return name.indexOf('/') < 0 && ObjectKeys.isValid(AssetKeys.branch(name));
    }

    Optional<ReferenceObjects.Content> findBranch(String name) {
        return isPossible(name) ? objects.find(AssetKeys.branch(name)) : Optional.empty();
    }

    /** Where a tag points, deleted or not. */
    Optional<ReferenceObjects.Content> findTag(String name) {
        return isPossible(name) ? objects.find(AssetKeys.tag(name)) : Optional.empty();
    }

    @Override
    public SpecVersion version() {
        return SpecVersion.V1;
    }

    @Override
    public String location() {
        return storage.location();
    }

    @Override
    public ReferenceView view() {
        return new FilesView(this);
    }

    @Override
    public RepositoryInfo fetch() {
        return assembly.run(FilesView.FAIL);
    }

    @Override
    public RepositoryInfo fetchReadable(BiConsumer<String, IcestreamException> unreadable) {
        return assembly.run(unreadable);
    }

    /**
     * Makes the repository object that this repository would have in version 2, with a log of operations made up from its refs and
     * snapshots. Changes nothing. Cost: as for {@link #fetch}, and a request per deleted tag.
     *
     * @param now what this machine's clock says
     * @return the repository in version 2
     * @throws NotFoundException if there is no branch {@code main}
     * @throws ClockSkewException if a snapshot is further in the future than skew explains
     */
    public RepositoryInfo fetchAsVersion2(Instant now) {
        RepositoryInfo info = fetch();
        if (!info.branches().containsKey(RepositoryInfo.MAIN)) {
            throw new NotFoundException("No branch '" + RepositoryInfo.MAIN + "' in the repository at " + location());
        }
        return new RepositoryInfo(
                SpecVersion.V2.number(),
                info.tags(),
                info.branches(),
                info.deletedTags(),
                info.snapshots(),
                info.status(),
                info.metadata(),
                SyntheticLog.of(info, list().readDeletedTags(), now),
                Optional.empty(),
                info.config(),
                info.flags(),
                Optional.empty());
    }

    @Override
    public RepositoryInfo fetchFor(String feature) {
        throw new UpgradeRequiredException(feature, location());
    }

    @Override
    public void requireVersion2(String feature) {
        throw new UpgradeRequiredException(feature, location());
    }

    @Override
    public void require(Feature feature) {
        if (feature == Feature.MOVE_NODE) {
            throw new UpgradeRequiredException("moves of nodes", location());
        }
    }

    @Override
    public <R> R change(String what, Transition<R> transition) {
        throw new UpgradeRequiredException("repository object, so no way to " + what, location());
    }

    /** Nobody reads a list of snapshots here, so that there is nothing to be written. */
    @Override
    public <R> R fence(String what, Transition<R> transition) {
        UpdateStamp stamp = new UpdateStamp(Instant.EPOCH, "none", 1);
        Transition.Step<R> step = transition.apply(fetch(), stamp);
        return step instanceof Transition.Step.Write<R> write
                ? write.result()
                : ((Transition.Step.Stop<R>) step).result();
    }

    @Override
    public <R> R changeInAnyStatus(String what, Transition<R> transition) {
        return change(what, transition);
    }

    @Override
    public void createBranch(String name, SnapshotId at) {
        requireName("branch", name);
        requireSnapshot(at);
        ReferenceObjects.Result result = objects.create(AssetKeys.branch(name), at);
        if (result instanceof ReferenceObjects.Result.Unknown unknown) {
            throw ReferenceObjects.unknown("create branch '" + name + "'", unknown.cause());
        }
        if (result instanceof ReferenceObjects.Result.Lost) {
            throw new AlreadyExistsException("Cannot create branch '" + name + "': it exists and points to "
                    + findBranch(name)
                            .map(content -> content.snapshot().toString())
                            .orElse("nothing any more")
                    + "; reset it or choose another name");
        }
    }

    @Override
    public void deleteBranch(String name) {
        if (name.equals(RepositoryInfo.MAIN)) {
            throw new IllegalArgumentException(
                    "Cannot delete branch '" + name + "': every repository has it; reset it instead");
        }
        requireBranch(name);
        objects.delete(AssetKeys.branch(name), "delete branch '" + name + "'");
    }

    @Override
    public ResetOutcome resetBranch(String name, SnapshotId to, SnapshotId expectedTip) {
        return reset(
                name,
                to,
                current -> current.equals(expectedTip)
                        ? Optional.empty()
                        : Optional.of(new ResetOutcome.TipMoved(current)),
                previous -> new ResetOutcome.Reset());
    }

    @Override
    public SnapshotId resetBranch(String name, SnapshotId to) {
        return reset(name, to, current -> Optional.empty(), previous -> previous);
    }

    /** Points a branch elsewhere, unless its present tip gives an answer by itself. */
    private <R> R reset(
            String name, SnapshotId to, Function<SnapshotId, Optional<R>> objection, Function<SnapshotId, R> done) {
        requireSnapshot(to);
        String what = "reset branch '" + name + "'";
        return repeated(what, () -> {
            ReferenceObjects.Content current = requireBranch(name);
            Optional<R> refusal = objection.apply(current.snapshot());
            if (refusal.isPresent()) {
                return refusal;
            }
            ReferenceObjects.Result result = objects.replace(AssetKeys.branch(name), current, to);
            if (result instanceof ReferenceObjects.Result.Unknown unknown) {
                throw ReferenceObjects.unknown(what, unknown.cause());
            }
            return result instanceof ReferenceObjects.Result.Landed
                    ? Optional.of(done.apply(current.snapshot()))
                    : Optional.empty();
        });
    }

    private interface Attempt<R> {
        /** Empty if somebody else was faster. */
        Optional<R> run();
    }

    private <R> R repeated(String what, Attempt<R> attempt) {
        int attempts = config.updateRetries().maxTries();
        for (int tries = 1; tries <= attempts; tries++) {
            Optional<R> result = attempt.run();
            if (result.isPresent()) {
                return result.get();
            }
            backoff.pause(tries);
        }
        throw new UpdateAttemptsException("Cannot " + what + " in the repository at " + location()
                + ": other writers were faster in " + attempts + " attempts; try again later");
    }

    @Override
    public TagOutcome createTag(String name, SnapshotId at) {
        requireName("tag", name);
        Optional<TagOutcome> taken = taken(name);
        if (taken.isPresent()) {
            return taken.get();
        }
        requireSnapshot(at);
        ReferenceObjects.Result result = objects.create(AssetKeys.tag(name), at);
        if (result instanceof ReferenceObjects.Result.Unknown unknown) {
            throw ReferenceObjects.unknown("create tag '" + name + "'", unknown.cause());
        }
        return result instanceof ReferenceObjects.Result.Landed
                ? new TagOutcome.Created()
                : taken(name).orElseGet(TagOutcome.Burnt::new);
    }

    private Optional<TagOutcome> taken(String name) {
        if (view().isDeletedTag(name)) {
            return Optional.of(new TagOutcome.Burnt());
        }
        return findTag(name).map(content -> new TagOutcome.Exists(content.snapshot()));
    }

    @Override
    public void deleteTag(String name) {
        if (view().findTag(name).isEmpty()) {
            throw new NotFoundException("No tag '" + name + "' in the repository");
        }
        objects.mark(AssetKeys.tagDeletion(name), "delete tag '" + name + "'");
    }

    @Override
    public PublishOutcome publish(String branch, Publication publication) {
        SnapshotId id = publication.entry().id();
        return repeated("publish " + id, () -> {
            Optional<ReferenceObjects.Content> found = findBranch(branch);
            if (found.isEmpty()) {
                return Optional.of(new PublishOutcome.BranchMissing(branch));
            }
            ReferenceObjects.Content tip = found.get();
            if (!tip.snapshot().equals(publication.expectedTip())) {
                return Optional.of(
                        isPublished(tip.snapshot(), publication)
                                ? new PublishOutcome.Published(id)
                                : new PublishOutcome.BranchMoved(publication.expectedTip(), tip.snapshot()));
            }
            Optional<PublishOutcome> tooOld = publication.tooOld(clock.instant(), maxUncommittedAge);
            if (tooOld.isPresent()) {
                return tooOld;
            }
            publication.objects().store();
            return published(branch, publication, objects.replace(AssetKeys.branch(branch), tip, id));
        });
    }

    /** A branch that is gone takes along what was known of it; another ref may still lead to what was published. */
    @Override
    public PublishOutcome settle(String branch, Publication publication, StorageException cause) {
        PublishOutcome outcome = publish(branch, publication);
        if (!(outcome instanceof PublishOutcome.BranchMissing)) {
            return outcome;
        }
        SnapshotId id = publication.entry().id();
        return isReached(publication.entry())
                ? new PublishOutcome.Published(id)
                : new PublishOutcome.Unknown(id, cause);
    }

    private boolean isReached(SnapshotEntry wanted) {
        ReferenceView view = view();
        return Stream.concat(view.branches().values().stream(), view.tags().values().stream())
                .distinct()
                .anyMatch(tip -> history.of(tip)
                        .takeWhile(entry -> !entry.flushedAt().isBefore(wanted.flushedAt()))
                        .anyMatch(entry -> entry.id().equals(wanted.id())));
    }

    private Optional<PublishOutcome> published(String branch, Publication publication, ReferenceObjects.Result result) {
        SnapshotId id = publication.entry().id();
        if (result instanceof ReferenceObjects.Result.Unknown unknown) {
            return Optional.of(
                    isFound(branch, publication, unknown.cause())
                            ? new PublishOutcome.Published(id)
                            : new PublishOutcome.Unknown(id, unknown.cause()));
        }
        return result instanceof ReferenceObjects.Result.Landed
                ? Optional.of(new PublishOutcome.Published(id))
                : Optional.empty();
    }

    private boolean isFound(String branch, Publication publication, StorageException cause) {
        try {
            return findBranch(branch)
                    .filter(tip -> isPublished(tip.snapshot(), publication))
                    .isPresent();
        } catch (StorageException e) {
            cause.addSuppressed(e);
            return false;
        }
    }

    /** Looks for a snapshot in a history, down to the one that it follows. */
    private boolean isPublished(SnapshotId tip, Publication publication) {
        return history.of(tip)
                .takeWhile(entry -> !entry.id().equals(publication.expectedTip()))
                .anyMatch(entry -> entry.id().equals(publication.entry().id()));
    }

    @Override
    public PublishOutcome addDetached(Publication publication) {
        throw new UpgradeRequiredException("snapshots without a branch", location());
    }

    @Override
    public PublishOutcome settleDetached(Publication publication, StorageException cause) {
        return addDetached(publication);
    }

    @Override
    public Optional<RepositoryConfig> findConfig() {
        return configObject.find();
    }

    @Override
    public void saveConfig(RepositoryConfig newConfig) {
        configObject.save(newConfig, clock, random, backoff);
    }

    @Override
    public Stream<Update> operations() {
        throw new UpgradeRequiredException("log of operations", location());
    }

    private ReferenceObjects.Content requireBranch(String name) {
        return findBranch(name)
                .orElseThrow(() ->
                        new NotFoundException("No branch '" + name + "' in the repository, only " + list().branches()));
    }

    private void requireSnapshot(SnapshotId id) {
        if (history.find(id).isEmpty()) {
            throw SnapshotHistory.noSnapshot(id);
        }
    }

    private static void requireName(String kind, String name) {
        References.requireName(kind, name);
        if (name.indexOf('/') >= 0) {
            throw new IllegalArgumentException("Invalid name of a " + kind + ": '" + name
                    + "' has a '/', which format version 1 does not allow; choose another, or upgrade the repository");
        }
    }
}
