package io.icestream.engine.maintenance;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.UpdateKind;
import io.icestream.engine.maintenance.UpgradeRequest.Version1Files;
import io.icestream.engine.ref.ReferenceFiles;
import io.icestream.engine.ref.RepositoryObject;
import io.icestream.engine.ref.UpdateAttemptsException;
import io.icestream.engine.ref.UpdateUnknownException;
import io.icestream.engine.repository.Repository;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.storage.ObjectSummary;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Brings a repository from version 1 of the format to version 2: metadata only. Snapshots, manifests, transaction logs and chunks
 * stay as they are and are read as part of the new version. Thread-safe.
 *
 * <p><b>Protocol.</b>
 *
 * <ol>
 *   <li>Put together from refs, snapshots and configuration what the repository object is to say, with a log of operations made up
 *       from them.
 *   <li>Create the repository object if there is none. From then on clients that know version 2 see that.
 *   <li>Read the refs again. If a client of version 1 has moved one in between, replace the repository object, on condition that
 *       nobody has changed it in version 2 yet.
 *   <li>If asked for: delete the branch {@code main} of version 1, with which the repository ends for clients that know nothing
 *       else, then the other refs, then the configuration.
 * </ol>
 *
 * <p>A process killed on the way leaves a repository that opens, in one version or the other; running again goes on. No client may
 * write meanwhile: what one of version 1 commits after the refs were read for the last time is not taken over.
 *
 * <p>A {@link Repository} that was opened before stays in version 1: close it, and open it again. <b>Cost:</b> two listings and
 * a request per ref and per snapshot, twice for the refs. Source: the reference implementation.
 */
public final class Upgrade {
    private static final int MAX_TRIES = 10;

    private final Repository repository;
    private final Storage storage;
    private final SessionContext context;
    private final RepositoryObject object;
    private final ReferenceFiles files;

    /**
     * @param repository to be upgraded; open it again afterwards
     */
    public Upgrade(Repository repository) {
        this.repository = repository;
        this.storage = repository.storage();
        this.context = repository.context();
        this.object = new RepositoryObject(storage);
        this.files = new ReferenceFiles(
                storage,
                context.assets(),
                context.config(),
                context.clock(),
                context.random(),
                context.backoff(),
                context.parallel(),
                Optional.empty());
    }

    /**
     * Runs once.
     *
     * @param request what to do
     * @return what was done, or would be
     * @throws UpdateUnknownException if it is not known whether the repository object was written; running again finds out
     * @throws UpdateAttemptsException if clients of version 1 moved refs all the time; stop them
     * @throws io.icestream.engine.ref.ClockSkewException if a snapshot is further in the future than skew explains
     */
    public UpgradeReport run(UpgradeRequest request) {
        Optional<RepositoryObject.Version> present = object.find();
        int from = present.isPresent() ? SpecVersion.V2.number() : SpecVersion.V1.number();
        if (request.mode() == RunMode.DRY_RUN) {
            RepositoryInfo next = present.map(RepositoryObject.Version::info).orElseGet(this::assemble);
            return report(
                    request,
                    from,
                    next,
                    request.files() == Version1Files.DELETE ? version1Files().size() : 0);
        }
        RepositoryInfo upgraded = upgrade(present);
        return report(request, from, upgraded, request.files() == Version1Files.DELETE ? deleteVersion1Files() : 0);
    }

    private static UpgradeReport report(UpgradeRequest request, int from, RepositoryInfo info, int version1Files) {
        return new UpgradeReport(
                request.mode(),
                from,
                info.branches().size(),
                info.tags().size(),
                info.deletedTags().size(),
                info.snapshots().size(),
                info.latestUpdates().size(),
                version1Files);
    }

    private RepositoryInfo assemble() {
        return files.fetchAsVersion2(context.clock().instant());
    }

    /** Writes the repository object, until it says what the refs say or is in use. */
    private RepositoryInfo upgrade(Optional<RepositoryObject.Version> found) {
        Optional<RepositoryObject.Version> present = found;
        for (int tries = 1; tries <= MAX_TRIES; tries++) {
            if (present.isPresent() && !isUpgradeUnfinished(present.get().info())) {
                return present.get().info();
            }
            RepositoryInfo next = assemble();
            if (present.isPresent() && saysTheSame(present.get().info(), next)) {
                return present.get().info();
            }
            write(next, present);
            present = object.find();
        }
        throw new UpdateAttemptsException("Cannot upgrade the repository at " + storage.location()
                + ": its branches or tags were moved in each of " + MAX_TRIES
                + " attempts; stop all writers, and run again");
    }

    /** Whether nobody has changed the repository in version 2, and its refs of version 1 are whole. */
    private boolean isUpgradeUnfinished(RepositoryInfo info) {
        return !info.latestUpdates().isEmpty()
                && info.latestUpdates().get(0).kind() instanceof UpdateKind.RepositoryMigrated
                && storage.stat(AssetKeys.branch(RepositoryInfo.MAIN)).isPresent();
    }

    private static boolean saysTheSame(RepositoryInfo left, RepositoryInfo right) {
        return left.branches().equals(right.branches())
                && left.tags().equals(right.tags())
                && left.deletedTags().equals(right.deletedTags())
                && left.config().equals(right.config())
                && left.snapshots().ids().equals(right.snapshots().ids());
    }

    /** After a refusal, or no answer, what is there now is looked at again. */
    private void write(RepositoryInfo next, Optional<RepositoryObject.Version> present) {
        ByteBuffer file = RepositoryObject.encode(next, repository.config().repositoryObjectCompressionLevel());
        PutOutcome outcome = present.isPresent()
                ? storage.putIfMatches(AssetKeys.REPOSITORY, file, present.get().version())
                : object.create(file);
        if (outcome instanceof PutOutcome.Unknown unknown && object.find().isEmpty()) {
            throw new UpdateUnknownException(
                    "No answer to the attempt to upgrade the repository at " + storage.location()
                            + "; run again to find out",
                    unknown.cause());
        }
    }

    /** In the order in which they are deleted. */
    private List<String> version1Files() {
        List<String> keys = new ArrayList<>();
        String main = AssetKeys.branch(RepositoryInfo.MAIN);
        try (Stream<ObjectSummary> refs = storage.list(AssetKeys.REFS)) {
            refs.map(ObjectSummary::key).sorted().forEach(keys::add);
        }
        if (keys.remove(main)) {
            keys.add(0, main);
        }
        storage.stat(AssetKeys.CONFIG).ifPresent(config -> keys.add(config.key()));
        return keys;
    }

    private int deleteVersion1Files() {
        List<String> keys = version1Files();
        if (!keys.isEmpty()) {
            storage.delete(keys.subList(0, 1));
            storage.delete(keys.subList(1, keys.size()));
        }
        return keys.size();
    }
}
