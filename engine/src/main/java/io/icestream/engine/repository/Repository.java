package io.icestream.engine.repository;

import io.icestream.engine.format.Bytes;
import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ManifestFile;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.format.Snapshot;
import io.icestream.engine.format.SnapshotEntry;
import io.icestream.engine.format.SnapshotId;
import io.icestream.engine.format.SpecVersion;
import io.icestream.engine.format.TransactionLog;
import io.icestream.engine.format.UnsupportedFormatException;
import io.icestream.engine.format.Update;
import io.icestream.engine.ref.AlreadyExistsException;
import io.icestream.engine.ref.Feature;
import io.icestream.engine.ref.NotFoundException;
import io.icestream.engine.ref.PublishOutcome;
import io.icestream.engine.ref.ReferenceStore;
import io.icestream.engine.ref.ReferenceView;
import io.icestream.engine.ref.RepositorySettings;
import io.icestream.engine.ref.ResetOutcome;
import io.icestream.engine.ref.TagOutcome;
import io.icestream.engine.session.ChunkWriter;
import io.icestream.engine.session.CommitOutcome;
import io.icestream.engine.session.CommitRequest;
import io.icestream.engine.session.Diff;
import io.icestream.engine.session.FlushedSnapshot;
import io.icestream.engine.session.ForkedSession;
import io.icestream.engine.session.LayoutSession;
import io.icestream.engine.session.ReadonlySession;
import io.icestream.engine.session.RearrangeSession;
import io.icestream.engine.session.SessionContext;
import io.icestream.engine.session.WritableSession;
import io.icestream.engine.storage.Storage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * An Icechunk repository: its branches, tags and history, and sessions to read and write its arrays. May be shared
 * between threads; sessions of one repository are independent.
 *
 * <p>Repositories of both versions of the format are opened, and stay in their version. What version 1 does not have (amended and
 * detached commits, moves, features, status, metadata, the ops log, rectilinear chunk grids) ends in an
 * {@link io.icestream.engine.ref.UpgradeRequiredException} there.
 *
 * <p>Everything but reading what is cached may throw {@link io.icestream.engine.storage.StorageException} if the
 * storage does not work, and {@link io.icestream.engine.format.CorruptObjectException} if an object is damaged. Every
 * change of branches and tags, publishing included, is one conditional write of one object, so it is done as a whole or
 * not at all, and durable when it returns; the possible errors are those of {@link ReferenceStore}.
 */
public final class Repository implements AutoCloseable {
    private final Storage storage;
    private final Storage unobserved;
    private final ReferenceStore references;
    private final RepositorySettings settings;
    private final RepositoryOptions options;
    private final SessionContext context;
    private final VersionLookup versions;
    private final ExecutorService executor;

    Repository(Wiring wiring) {
        this.storage = wiring.storage();
        this.unobserved = wiring.unobserved();
        this.references = wiring.references();
        this.settings = wiring.settings();
        this.options = wiring.options();
        this.context = wiring.context();
        this.versions = new VersionLookup(storage.location());
        this.executor = wiring.executor();
    }

    /**
     * Tells whether there is a repository. Cost: one request, two if there is none of version 2.
     *
     * @param storage where it would be
     * @return true if there is one that {@link #open} can open
     */
    public static boolean exists(Storage storage) {
        return Discovery.exists(storage);
    }

    /**
     * Creates a repository of the newest version of the format, as {@link #create(Storage, RepositoryOptions, SpecVersion)} does.
     *
     * @param storage where; must be empty; stays the caller's to close
     * @param options how to use it; a configuration in them is stored
     * @return the repository
     * @throws AlreadyExistsException if the place is not empty
     */
    public static Repository create(Storage storage, RepositoryOptions options) {
        return create(storage, options, SpecVersion.DEFAULT);
    }

    /**
     * Creates a repository with the branch {@code main} and one snapshot without nodes.
     *
     * @param storage where; must be empty; stays the caller's to close
     * @param options how to use it; a configuration in them is stored, and where it says nothing of splitting manifests,
     *     {@linkplain RepositoryConfig#withDefaultSplitRules the default rules} are, in version 2
     * @param version version of the format; 1 is for those who must share it with clients that know nothing else
     * @return the repository
     * @throws AlreadyExistsException if the place is not empty
     * @throws IllegalArgumentException if the storage {@linkplain Storage#objectionToCreation objects}
     * @throws io.icestream.engine.ref.UpdateUnknownException if it is not known whether the repository was created
     */
    public static Repository create(Storage storage, RepositoryOptions options, SpecVersion version) {
        return new Repository(Wiring.ofNew(storage, options, version));
    }

    /**
     * Opens a repository, whatever its version of the format. Where there is a repository object, it counts, whatever else is
     * there: an upgrade may not have deleted the objects of version 1. Cost: one request, three for version 1.
     *
     * @param storage where it is; stays the caller's to close
     * @param options how to use it; what a configuration in them sets goes before what is stored, and is not stored
     * @return the repository
     * @throws NotFoundException if there is none
     * @throws UnsupportedFormatException if it is of a version of the format that is not supported
     */
    public static Repository open(Storage storage, RepositoryOptions options) {
        return new Repository(Wiring.ofPresent(storage, options));
    }

    /**
     * Opens a repository, or creates one of the newest version of the format, as {@link #openOrCreate(Storage, RepositoryOptions,
     * SpecVersion)} does.
     *
     * @param storage where; stays the caller's to close
     * @param options as for {@link #open} and {@link #create}
     * @return the repository
     * @throws AlreadyExistsException if there is no repository, and the place is not empty
     */
    public static Repository openOrCreate(Storage storage, RepositoryOptions options) {
        return openOrCreate(storage, options, SpecVersion.DEFAULT);
    }

    /**
     * Opens a repository, whatever its version of the format, or creates one if there is none. Of several that do this at once, one
     * creates it and the others open what that one made.
     *
     * @param storage where; stays the caller's to close
     * @param options as for {@link #open} and {@link #create}
     * @param versionIfAbsent version of the format to create, if there is no repository
     * @return the repository
     * @throws AlreadyExistsException if there is no repository, and the place is not empty
     */
    public static Repository openOrCreate(Storage storage, RepositoryOptions options, SpecVersion versionIfAbsent) {
        if (exists(storage)) {
            return open(storage, options);
        }
        try {
            return create(storage, options, versionIfAbsent);
        } catch (AlreadyExistsException e) {
            if (exists(storage)) {
                return open(storage, options);
            }
            throw e;
        }
    }

    /**
     * Opens the same repository once more, with other options: another configuration, other metadata of commits. This one
     * stays as it is; each is closed by itself. Cost: one request.
     *
     * @param other how to use it
     * @return the repository
     * @throws NotFoundException if it is gone
     */
    public Repository reopen(RepositoryOptions other) {
        return open(unobserved, other);
    }

    /**
     * Looks up the version of the format that a repository is in, without opening it. Cost: one request, two if there is no
     * repository in version 2.
     *
     * @param storage where it is
     * @return 1 or 2, or empty if there is none
     * @throws UnsupportedFormatException if it is of a later version
     */
    public static OptionalInt findSpecVersion(Storage storage) {
        return Discovery.findSpecVersion(storage);
    }

    /**
     * Reads the configuration stored in a repository, without opening it. Cost: one request, three for version 1.
     *
     * @param storage where it is
     * @return the configuration, or empty if none is stored
     * @throws NotFoundException if there is no repository
     */
    public static Optional<RepositoryConfig> findStoredConfig(Storage storage) {
        return Discovery.of(storage).config();
    }

    /**
     * @return how this process uses the repository
     */
    public RepositoryOptions options() {
        return options;
    }

    /**
     * @return status, features, metadata and stored configuration of the repository
     */
    public RepositorySettings settings() {
        return settings;
    }

    /** Stores the configuration in use, so that it holds for repositories opened from now on. */
    public void saveConfig() {
        settings.saveConfig(config());
    }

    /**
     * @return the configuration in use
     */
    public RepositoryConfig config() {
        return context.config();
    }

    /**
     * @return where the repository is; what is done through it is told to the observer of the options, if there is one
     */
    public Storage storage() {
        return storage;
    }

    /**
     * @return version of the format that the repository is in
     */
    public SpecVersion specVersion() {
        return references.version();
    }

    /**
     * Reads the repository object. Cost: one request, without payload if nothing changed since the last read; in version 1, which
     * has none, a request per branch, tag and snapshot.
     *
     * @return the repository as it is now
     */
    public RepositoryInfo info() {
        return references.fetch();
    }

    /**
     * @return all branches and what they point to; one request
     */
    public SortedMap<String, SnapshotId> branches() {
        return references.view().branches();
    }

    /**
     * @return all tags and what they point to; one request
     */
    public SortedMap<String, SnapshotId> tags() {
        return references.view().tags();
    }

    /**
     * Looks a branch up. Cost: one request.
     *
     * @param name its name
     * @return what it points to, or empty if there is none
     */
    public Optional<SnapshotId> findBranch(String name) {
        return references.view().findBranch(name);
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
        references.createBranch(name, at);
    }

    /**
     * Looks a tag up. Cost: one request.
     *
     * @param name its name
     * @return what it points to, or empty if there is none
     */
    public Optional<SnapshotId> findTag(String name) {
        return references.view().findTag(name);
    }

    /**
     * Looks a snapshot up. Cost: one request.
     *
     * @param id the snapshot
     * @return parent, time, message and metadata, or empty if the repository does not list it
     */
    public Optional<SnapshotEntry> findSnapshot(SnapshotId id) {
        return references.view().findSnapshot(id);
    }

    /**
     * Deletes a branch; its snapshots stay until they are collected.
     *
     * @param name its name; not {@code main}
     * @throws NotFoundException if there is no such branch
     */
    public void deleteBranch(String name) {
        references.deleteBranch(name);
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
        return references.resetBranch(name, to, expectedTip);
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
        return references.resetBranch(name, to);
    }

    /**
     * Creates a tag.
     *
     * @param name its name, not empty
     * @param at where it points, for ever
     * @return what became of it
     * @throws NotFoundException if there is no such snapshot
     */
    public TagOutcome createTag(String name, SnapshotId at) {
        return references.createTag(name, at);
    }

    /**
     * Deletes a tag; its name can never be used again.
     *
     * @param name its name
     * @throws NotFoundException if there is no such tag
     */
    public void deleteTag(String name) {
        references.deleteTag(name);
    }

    /**
     * Walks from a snapshot to the first one. Cost: one request.
     *
     * @param newest the snapshot to begin with
     * @return the snapshot, its parent, and so on, newest first
     * @throws NotFoundException if there is no such snapshot
     */
    public Stream<SnapshotEntry> history(SnapshotId newest) {
        return references.view().history(newest);
    }

    /**
     * Draws the history of all branches and tags: a line per snapshot, newest first, with its id, the refs on it and the first
     * line of its message, and a column per line of descent. Cost: one request, and memory for every entry.
     *
     * @return the text, each line ending in a line feed
     */
    public String historyGraph() {
        return HistoryGraph.draw(info());
    }

    /**
     * Draws the same history as a picture: a dot per snapshot in the colour of its column, lines from each to its parent, and
     * beside them id, refs and the first line of the message; the time shows when a pointer rests on a dot. Cost: as for
     * {@link #historyGraph}.
     *
     * @return an SVG document that needs nothing else
     */
    public String historyGraphSvg() {
        return HistorySvg.draw(info());
    }

    /**
     * Lists the manifests of a snapshot. Cost: as for {@link #readonlySession}.
     *
     * @param version which snapshot
     * @return id, size and number of references of each
     * @throws NotFoundException if there is no such snapshot
     */
    public List<ManifestFile> manifestFiles(Version version) {
        return readonlySession(version).snapshot().manifestFiles();
    }

    /**
     * Compares two points of one history. Cost: one request for the repository object, two for the snapshots, and one per
     * commit in between for its log, where not cached. Logs of expired commits that are gone are passed over.
     *
     * @param from the older one
     * @param to the newer one
     * @return what is different
     * @throws NotFoundException if there is no such snapshot
     * @throws IllegalArgumentException if {@code from} is not in the history of {@code to}
     */
    public Diff diff(Version from, Version to) {
        ReferenceView view = references.view();
        return new DiffReader(context.assets()).read(view, versions.resolve(view, from), versions.resolve(view, to));
    }

    /**
     * Reads what a commit changed. Cost: one request if it is not cached.
     *
     * @param snapshot the snapshot that the commit made
     * @return its log
     * @throws io.icestream.engine.storage.ObjectNotFoundException if the log is gone
     */
    public TransactionLog transactionLog(SnapshotId snapshot) {
        return context.assets().fetchTransactionLog(snapshot);
    }

    /**
     * Reads everything that ever changed the repository. Cost: one request, and one per thousand updates as the stream
     * is read.
     *
     * @return the updates, newest first
     */
    public Stream<Update> operations() {
        return references.operations();
    }

    /**
     * Opens a snapshot for reading. Cost: one request for the repository object, one for the snapshot if it is not
     * cached.
     *
     * @param version which snapshot
     * @return the session
     * @throws NotFoundException if there is none
     */
    public ReadonlySession readonlySession(Version version) {
        return ReadonlySession.open(
                context, context.assets().fetchSnapshot(versions.resolve(references.view(), version)));
    }

    /**
     * Changes a branch in one commit: opens a session, lets it be changed, commits it. What {@code change} throws ends it, and
     * nothing is committed.
     *
     * @param branch the branch to commit to
     * @param request what to say and how far to go
     * @param change makes the changes
     * @return the commit
     * @throws io.icestream.engine.session.ConflictException if it was refused
     * @throws io.icestream.engine.session.CommitUnknownException if it is not known whether it happened
     * @throws NotFoundException if there is no such branch
     */
    public CommitOutcome.Committed transact(String branch, CommitRequest request, Consumer<WritableSession> change) {
        WritableSession session = writableSession(branch);
        change.accept(session);
        return session.commit(request).orThrow();
    }

    /**
     * Opens the tip of a branch for moving nodes. Cost: as for reading.
     *
     * @param branch the branch to commit to
     * @return the session, for one thread at a time
     * @throws NotFoundException if there is no such branch
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository is not online, or forbids moves
     */
    public RearrangeSession rearrangeSession(String branch) {
        ReferenceView view = references.view();
        view.requireOnline();
        settings.require(Feature.MOVE_NODE);
        return new RearrangeSession(context, branch, tip(view, branch));
    }

    /**
     * Opens the tip of a branch for changing how it is stored. Cost: as for reading.
     *
     * @param branch the branch to commit to
     * @return the session, for one thread at a time
     * @throws NotFoundException if there is no such branch
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository is not online
     * @throws io.icestream.engine.ref.UpgradeRequiredException if the repository is of version 1
     */
    public LayoutSession layoutSession(String branch) {
        references.requireVersion2("layout sessions, which compact and rewrite manifests");
        ReferenceView view = references.view();
        view.requireOnline();
        return new LayoutSession(context, branch, tip(view, branch));
    }

    /**
     * Opens a fork of a session, be it of this process or of another one. Cost: one request if its snapshot is not cached.
     *
     * @param fork what {@link WritableSession#fork} gave
     * @return the fork, for one thread at a time
     * @throws io.icestream.engine.format.CorruptObjectException if the bytes were damaged on the way
     * @throws io.icestream.engine.storage.ObjectNotFoundException if the fork is of another repository, or too old
     */
    public ForkedSession openFork(Bytes fork) {
        return ForkedSession.open(context, fork);
    }

    /**
     * Opens the tip of a branch for writing. Cost: as for reading.
     *
     * @param branch the branch to commit to
     * @return the session, for one thread at a time
     * @throws NotFoundException if there is no such branch
     * @throws io.icestream.engine.ref.ReadOnlyException if the repository is not online
     */
    public WritableSession writableSession(String branch) {
        ReferenceView view = references.view();
        view.requireOnline();
        return new WritableSession(context, branch, tip(view, branch));
    }

    private Snapshot tip(ReferenceView view, String branch) {
        return context.assets().fetchSnapshot(versions.tip(view, branch));
    }

    /**
     * Stores the bytes of one chunk, to be attached by any session later. What is never attached is garbage that age
     * makes collectable. Thread-safe. Cost: none up to the threshold for inline chunks, else one request; durable when
     * it returns.
     *
     * @param encoded the bytes as they are to be read back, not empty
     * @return where they are
     * @throws IllegalArgumentException if there are no bytes
     */
    public ChunkReference putChunk(ByteBuffer encoded) {
        return ChunkWriter.write(context, encoded);
    }

    /**
     * Makes a flushed snapshot the tip of a branch, if the branch still points to the snapshot's base. Publishing again
     * after an unknown outcome finds out what became of it.
     *
     * @param branch the branch
     * @param snapshot the snapshot
     * @return what became of it
     */
    public PublishOutcome publish(String branch, FlushedSnapshot snapshot) {
        return references.publish(branch, snapshot.publication());
    }

    /**
     * What maintenance needs besides what is public here: typed reads and writes, the loop that changes the repository, time
     * and threads. Valid until the repository is closed.
     *
     * @return what the sessions of this repository share
     */
    public SessionContext context() {
        return context;
    }

    /** Gives back the threads, and what virtual chunks were read with. The storage stays open, it is its maker's. */
    @Override
    public void close() {
        context.virtualChunks().close();
        executor.shutdown();
    }

    /** For messages. */
    @Override
    public String toString() {
        return "Repository at " + storage.location();
    }
}
