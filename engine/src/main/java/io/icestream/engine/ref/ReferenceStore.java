package io.icestream.engine.ref;

import io.icestream.engine.IcestreamException;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.Update;
import io.icestream.engine.storage.StorageException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

/**
 * Branches and tags, history, the publishing of commits: what the versions of the format keep in different places. This is the
 * one seam between them. {@link References} works on the repository object of version 2, {@link ReferenceFiles} on the objects
 * that version 1 has for each branch and each tag. Thread-safe. Each change is one conditional write of one object.
 *
 * <p>All changes throw {@link ReadOnlyException} if the repository does not accept changes,
 * {@link UpdateAttemptsException} if others were faster in every attempt, {@link ClockSkewException} if a clock is
 * wrong, and, but for {@link #publish} and {@link #addDetached}, {@link UpdateUnknownException} if it is not known whether they
 * took effect. What version 1 does not have ends in an {@link UpgradeRequiredException} there.
 */
public interface ReferenceStore {
    /**
     * @return version of the format that the repository is in
     */
    SpecVersion version();

    /**
     * @return where the repository is, for messages
     */
    String location();

    /**
     * Begins to read. Cost: one request in version 2, without payload if nothing changed since the last read; in version 1 as
     * the view is asked.
     *
     * @return branches, tags and history as they are now
     */
    ReferenceView view();

    /**
     * Reads the whole repository. Cost: as for {@link #view} in version 2; in version 1 a listing of refs and one of snapshots,
     * and a request for each of them that is not cached.
     *
     * @return the repository as it is now; of one in version 1, what it would say if it had a repository object, without ops log
     */
    RepositoryInfo fetch();

    /**
     * Reads as much of the repository as can be read, to find out what is damaged. Cost: as for {@link #fetch}.
     *
     * @param unreadable is told the key of each object that cannot be read, and why; refs and snapshots that need it are not in
     *     the result
     * @return what could be read
     */
    RepositoryInfo fetchReadable(BiConsumer<String, IcestreamException> unreadable);

    /**
     * Reads the repository object for something that only version 2 has. Cost: as for {@link #view}.
     *
     * @param feature what it is, for the error
     * @return the repository object
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    RepositoryInfo fetchFor(String feature);

    /**
     * Makes sure that the repository is not in version 1. Cost: none.
     *
     * @param feature what only version 2 has, for the error
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    void requireVersion2(String feature);

    /**
     * Makes sure that a feature is allowed. Cost: as for {@link #view}, none in version 1.
     *
     * @param feature the feature
     * @throws ReadOnlyException if it is switched off
     * @throws UpgradeRequiredException if version 1 does not have it
     */
    void require(Feature feature);

    /**
     * Changes the repository object of version 2 in any way; for what none of the other methods does. Cost: as for any change,
     * and as often as somebody else was faster.
     *
     * @param what completes the sentence "no answer to the attempt to"
     * @param transition the change, computed anew in each attempt
     * @param <R> what the transition says about its success
     * @return what the transition said
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    <R> R change(String what, Transition<R> transition);

    /**
     * As {@link #change}, for a change of the list of snapshots that makes commits under way lose their race. In version 1, which
     * has no such list, what the transition says of {@link #fetch} is returned and nothing is written.
     *
     * @param what completes the sentence "no answer to the attempt to"
     * @param transition the change, computed anew in each attempt
     * @param <R> what the transition says about its success
     * @return what the transition said
     */
    <R> R fence(String what, Transition<R> transition);

    /**
     * As {@link #change}, though the repository may be read-only: for the change that ends that.
     *
     * @param what completes the sentence "no answer to the attempt to"
     * @param transition the change, computed anew in each attempt
     * @param <R> what the transition says about its success
     * @return what the transition said
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    <R> R changeInAnyStatus(String what, Transition<R> transition);

    /**
     * Creates a branch.
     *
     * @param name its name, not empty; in version 1 without {@code /}
     * @param at where it points
     * @throws AlreadyExistsException if there is such a branch
     * @throws NotFoundException if there is no such snapshot
     */
    void createBranch(String name, SnapshotId at);

    /**
     * Deletes a branch; its snapshots stay until they are collected.
     *
     * @param name its name; not {@code main}
     * @throws NotFoundException if there is no such branch
     */
    void deleteBranch(String name);

    /**
     * Points a branch elsewhere, if it is where the caller thinks.
     *
     * @param name its name
     * @param to where it is to point
     * @param expectedTip where it must point now
     * @return whether it was there
     * @throws NotFoundException if there is no such branch or snapshot
     */
    ResetOutcome resetBranch(String name, SnapshotId to, SnapshotId expectedTip);

    /**
     * Points a branch elsewhere, wherever it is.
     *
     * @param name its name
     * @param to where it is to point
     * @return where it pointed before
     * @throws NotFoundException if there is no such branch or snapshot
     */
    SnapshotId resetBranch(String name, SnapshotId to);

    /**
     * Creates a tag.
     *
     * @param name its name, not empty; in version 1 without {@code /}
     * @param at where it points, for ever
     * @return what became of it
     * @throws NotFoundException if there is no such snapshot
     * @throws ReadOnlyException also if the repository forbids the creation of tags
     */
    TagOutcome createTag(String name, SnapshotId at);

    /**
     * Deletes a tag; its name can never be used again.
     *
     * @param name its name
     * @throws NotFoundException if there is no such tag
     * @throws ReadOnlyException also if the repository forbids the deletion of tags
     */
    void deleteTag(String name);

    /**
     * Makes a flushed snapshot the tip of a branch, if the branch still points to the snapshot that it follows or amends.
     * Publishing a snapshot again that is in the history of the branch succeeds without a write, so a publisher that got no
     * answer just repeats. In version 2 a snapshot that was taken out of the history by a reset comes back as a reset.
     *
     * <p>Where there is a limit on age, it is compared with the age in every attempt, after what the attempt replaces was read.
     * In version 2 a collector replaces the repository object after it has chosen what is old enough, and before it looks what
     * is reached. So either this attempt came first and is seen, or it fails, and the next one sees the age that the collector
     * saw. Version 1 has no such fence: there the age has to be well below that of the collections.
     *
     * @param branch the branch
     * @param publication the snapshot, whose objects are all written
     * @return what became of it
     * @throws ReadOnlyException also if the repository forbids what the snapshot needs
     */
    PublishOutcome publish(String branch, Publication publication);

    /**
     * Finds out what became of a publication that got no answer, and makes it if it was not made and still can be. Where the
     * branch was deleted or reset since, version 2 looks the publication up in the log: what is there was published, though
     * nothing leads to it any more. Version 1 has no log: what no ref leads to stays unknown after its branch was deleted, and
     * counts as overtaken after a reset.
     *
     * @param branch the branch that it was for
     * @param publication the snapshot
     * @param cause why there was no answer
     * @return what became of it; {@link PublishOutcome.BranchMissing} and {@link PublishOutcome.BranchMoved} are certain
     */
    PublishOutcome settle(String branch, Publication publication, StorageException cause);

    /**
     * Adds a flushed snapshot that no branch leads to, to be adopted by a branch or a tag later. Adding it again succeeds
     * without a write.
     *
     * @param publication the snapshot, whose objects are all written; it amends nothing
     * @return what became of it; never that a branch moved or is missing
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    PublishOutcome addDetached(Publication publication);

    /**
     * Finds out what became of an {@linkplain #addDetached addition} that got no answer, as {@link #settle} does, and makes it if
     * it was not made and still can be.
     *
     * @param publication the snapshot
     * @param cause why there was no answer
     * @return what became of it
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    PublishOutcome settleDetached(Publication publication, StorageException cause);

    /**
     * Reads the configuration that is stored. Cost: one request.
     *
     * @return the configuration, or empty if there is none and the defaults hold
     */
    Optional<RepositoryConfig> findConfig();

    /**
     * Stores a configuration in the place of the one that is stored.
     *
     * @param config the configuration
     */
    void saveConfig(RepositoryConfig config);

    /**
     * Reads everything that ever changed the repository. Cost: one request, and one per copy as the stream is read.
     *
     * @return the updates, newest first
     * @throws UpgradeRequiredException if the repository is in version 1
     */
    Stream<Update> operations();
}
