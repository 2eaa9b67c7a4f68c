package io.icestream.engine.storage;

import io.icestream.engine.storage.StorageException.Retry;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps each object in a file of a local folder, in the layout of the reference implementation, and makes conditional
 * writes safe among processes. Thread-safe.
 *
 * <p><b>How writers stay out of each other's way.</b>
 *
 * <ul>
 *   <li>Content is written to a temporary file beside the target, and reaches the target's name in one step: by a
 *       rename, or, where the object must not exist, by a hard link, which
 *       fails if it does. A file is never changed once it has its name: a backup may be another name of the same file.
 *   <li>To replace an object that is in a known version, and to delete one, a process holds the {@link DirectoryLock};
 *       within it the version is compared and the new file renamed over the old one.
 *       Writes of the reference implementation do not take the lock and can still be lost, as they are among
 *       themselves.
 *   <li>A process that is killed leaves at most a temporary file, which no listing shows, and frees the lock.
 * </ul>
 *
 * <p><b>What is on disk when.</b> With {@link Durability#DISK} a write returns after fsync of the file, before it gets
 * its name, and of the folder, afterwards. So what a commit refers to is on disk before the
 * commit begins, also where another process uploaded it; a single barrier at the time of publishing could not promise
 * that, as it cannot know
 * what other processes have left unsynced. What many small writes cost is kept down by threads sharing the fsync of
 * their folder ({@link DirectoryForcer}); write with several threads.
 *
 * <p><b>Versions</b> are explained at {@link FileState}. A read compares the file's attributes before and after, so
 * bytes and version belong together.
 *
 * <p><b>Names.</b> Files are named as {@link PathEncoding} says, as those of the reference implementation are.
 *
 * <p>Source: Icechunk specification, local file system; names ending in {@code #} and digits are temporary there as
 * well.
 */
public final class LocalStorage implements Storage {
    private static final Logger LOG = LoggerFactory.getLogger(LocalStorage.class);
    private static final int MAX_READS = 1_000;
    private static final int DELETIONS_PER_LOCK = 256;
    private static final int LARGEST_OBJECT_BYTES = Integer.MAX_VALUE - 8;

    private final Path root;
    private final Durability durability;
    private final LocalFiles files;
    private final LocalErrors errors;
    private final Directories directories;
    private final DirectoryLock lock;

    LocalStorage(Path root, Durability durability, LocalFiles files, DirectoryLock lock) {
        this.root = root;
        this.durability = durability;
        this.files = files;
        this.errors = new LocalErrors(root, location());
        this.directories = new Directories(root, durability, files);
        this.lock = lock;
    }

    /**
     * Opens a folder whose writes survive a power failure.
     *
     * @param directory the folder; it is created by the first write
     * @return the storage
     * @throws StorageException if there is something else than a folder
     */
    public static LocalStorage open(Path directory) {
        return open(directory, Durability.DISK);
    }

    /**
     * Opens a folder.
     *
     * @param directory the folder; it is created by the first write
     * @param durability what writes shall survive
     * @return the storage
     * @throws StorageException if there is something else than a folder
     */
    public static LocalStorage open(Path directory, Durability durability) {
        Path root = directory.toAbsolutePath().normalize();
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new StorageException(
                    "Cannot open storage in " + root + ": it is not a folder; name a folder or a path that is free",
                    Retry.CANNOT_HELP);
        }
        DirectoryLock lock = new DirectoryLock(root, DirectoryLock.DEFAULT_PATIENCE, RandomGenerator.getDefault());
        return new LocalStorage(root, durability, new LocalFiles(), lock);
    }

    @Override
    public String location() {
        return "file:" + root;
    }

    @Override
    public Object place() {
        return root;
    }

    @Override
    public Optional<StoredObject> find(String key) {
        Path file = file(key);
        try {
            return read(file);
        } catch (IOException e) {
            throw errors.translate("read '" + key + "'", e);
        }
    }

    @Override
    public ConditionalRead findIfChanged(String key, ObjectVersion known) {
        return find(key).<ConditionalRead>map(object -> unlessIn(object, known)).orElseGet(ConditionalRead.Absent::new);
    }

    @Override
    public ByteBuffer fetchRange(String key, long offset, long length) {
        ByteRange range = new ByteRange(offset, length);
        Path file = file(key);
        try {
            FileState state = FileState.of(file).orElseThrow(() -> range.objectNotFound(key, location()));
            range.requireWithin(state.sizeBytes(), key, location());
            return files.read(file, range).asReadOnlyBuffer();
        } catch (NoSuchFileException e) {
            throw range.objectNotFound(key, location());
        } catch (IOException e) {
            throw errors.translate("read " + range + " of '" + key + "'", e);
        }
    }

    @Override
    public Optional<ObjectSummary> stat(String key) {
        Path file = file(key);
        try {
            return FileState.of(file).map(state -> new ObjectSummary(key, state.sizeBytes(), state.lastModified()));
        } catch (IOException e) {
            throw errors.translate("look at '" + key + "'", e);
        }
    }

    @Override
    public Stream<ObjectSummary> list(String prefix) {
        return LocalListing.stream(root, ObjectKeys.requireValidPrefix(prefix), errors);
    }

    @Override
    public void put(String key, ByteBuffer bytes) {
        Path target = file(key);
        try {
            Path temporary = writeTemporary(target, bytes);
            renameOrDelete(temporary, target);
            directories.force(folderOf(target));
        } catch (IOException e) {
            throw errors.translate("write '" + key + "'", e);
        }
    }

    @Override
    public PutOutcome putIfAbsent(String key, ByteBuffer bytes) {
        Path target = file(key);
        Optional<ObjectVersion> written;
        try {
            written = Files.exists(target) ? Optional.empty() : create(target, bytes);
        } catch (IOException e) {
            throw errors.translate("create '" + key + "'", e);
        }
        return outcome(key, target, written);
    }

    @Override
    public PutOutcome putIfMatches(String key, ByteBuffer bytes, ObjectVersion expected) {
        Path target = file(key);
        Optional<ObjectVersion> written;
        try {
            written = mayBeIn(target, expected) ? replace(target, bytes, expected) : Optional.empty();
        } catch (IOException e) {
            throw errors.translate("replace '" + key + "'", e);
        }
        return outcome(key, target, written);
    }

    @Override
    public PutOutcome copyIfMatches(String from, String to, ObjectVersion expected) {
        Path source = file(from);
        Path target = file(to);
        Optional<ObjectVersion> written;
        try {
            written = mayBeIn(source, expected) ? copy(source, target, expected) : Optional.empty();
        } catch (IOException e) {
            throw errors.translate("copy '" + from + "' to '" + to + "'", e);
        }
        return outcome(to, target, written);
    }

    @Override
    public void delete(Collection<String> keys) {
        List<Path> targets = keys.stream().map(this::file).toList();
        try {
            for (int start = 0; start < targets.size() && Files.isDirectory(root); start += DELETIONS_PER_LOCK) {
                List<Path> batch = targets.subList(start, Math.min(targets.size(), start + DELETIONS_PER_LOCK));
                for (Path folder : lock.holding(() -> deleteBatch(batch))) {
                    directories.force(folder);
                }
            }
        } catch (IOException e) {
            throw errors.translate("delete " + targets.size() + " objects", e);
        }
    }

    /**
     * Lists temporary files, which no listing of objects shows: of writers at work, and of processes that were killed.
     *
     * @return the files; what is in front of the {@code #} of a key is the object that was being written
     * @throws StorageException if the folder cannot be read
     */
    @Override
    public List<ObjectSummary> listUnfinished() {
        try {
            return LocalUnfinished.list(root);
        } catch (IOException e) {
            throw errors.translate("list unfinished files", e);
        }
    }

    /**
     * Deletes a temporary file. Its writer, if it is still at work, fails and reports that.
     *
     * @param unfinished a file that {@link #listUnfinished} gave
     * @throws StorageException if the file cannot be deleted
     */
    @Override
    public void deleteUnfinished(ObjectSummary unfinished) {
        Path file = root.resolve(unfinished.key());
        if (!ObjectKeys.isTemporary(String.valueOf(file.getFileName()))) {
            throw new IllegalArgumentException("Cannot delete '" + unfinished.key() + "': it is no unfinished file");
        }
        try {
            files.delete(file);
        } catch (IOException e) {
            throw errors.translate("delete '" + unfinished.key() + "'", e);
        }
    }

    @Override
    public void close() {
        // Nothing is held open between calls.
    }

    private Path file(String key) {
        return root.resolve(PathEncoding.encode(ObjectKeys.requireValid(key)));
    }

    private static Path folderOf(Path file) {
        return file.resolveSibling("");
    }

    private Optional<StoredObject> read(Path file) throws IOException {
        for (int attempt = 0; attempt < MAX_READS; attempt++) {
            Optional<FileState> before = FileState.of(file);
            if (before.isEmpty()) {
                return Optional.empty();
            }
            Optional<StoredObject> object = readIn(before.get(), file);
            if (object.isPresent()) {
                return object;
            }
        }
        throw new IOException("the file was replaced during each of " + MAX_READS + " attempts to read it");
    }

    /** Reads the file if it keeps the state it had; empty says to try again. */
    private Optional<StoredObject> readIn(FileState state, Path file) throws IOException {
        if (state.sizeBytes() > LARGEST_OBJECT_BYTES) {
            throw new IOException("the file has " + state.sizeBytes() + " bytes, more than one read can hold");
        }
        try {
            ByteBuffer bytes = files.read(file, new ByteRange(0, state.sizeBytes()));
            return FileState.of(file).equals(Optional.of(state))
                    ? Optional.of(new StoredObject(bytes, state.version(bytes), state.lastModified()))
                    : Optional.empty();
        } catch (NoSuchFileException | EOFException e) {
            return Optional.empty();
        }
    }

    private static ConditionalRead unlessIn(StoredObject object, ObjectVersion known) {
        return object.version().equals(known) ? new ConditionalRead.Unchanged() : new ConditionalRead.Changed(object);
    }

    /** A quick look before the effort of writing. */
    private static boolean mayBeIn(Path file, ObjectVersion expected) throws IOException {
        return FileState.of(file).filter(state -> state.mayBeIn(expected)).isPresent();
    }

    private Optional<StoredObject> findIn(Path file, ObjectVersion expected) throws IOException {
        return mayBeIn(file, expected)
                ? read(file).filter(object -> object.version().equals(expected))
                : Optional.empty();
    }

    private Optional<ObjectVersion> create(Path target, ByteBuffer bytes) throws IOException {
        Path temporary = writeTemporary(target, bytes);
        try {
            ObjectVersion version = stateOf(temporary).version(bytes);
            return linkIfAbsent(temporary, target) ? Optional.of(version) : Optional.empty();
        } finally {
            discard(temporary);
        }
    }

    private boolean linkIfAbsent(Path temporary, Path target) throws IOException {
        try {
            files.link(temporary, target);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false;
        } catch (UnsupportedOperationException | FileSystemException e) {
            if (canLink(temporary)) {
                throw e;
            }
            return lock.holding(() -> renameIfAbsent(temporary, target));
        }
    }

    /** For file systems without hard links. There every creation comes here, so the lock keeps them apart. */
    private boolean renameIfAbsent(Path temporary, Path target) throws IOException {
        if (Files.exists(target)) {
            return false;
        }
        files.rename(temporary, target);
        return true;
    }

    private boolean canLink(Path temporary) {
        try {
            discard(files.linkTemporary(temporary, temporary.resolveSibling("link-test")));
            return true;
        } catch (UnsupportedOperationException | IOException e) {
            return false;
        }
    }

    private Optional<ObjectVersion> replace(Path target, ByteBuffer bytes, ObjectVersion expected) throws IOException {
        Path temporary = writeTemporary(target, bytes);
        Optional<ObjectVersion> written = Optional.empty();
        try {
            written = lock.holding(() -> replaceUnderLock(temporary, target, bytes, expected));
            return written;
        } finally {
            if (written.isEmpty()) {
                discard(temporary);
            }
        }
    }

    private Optional<ObjectVersion> replaceUnderLock(
            Path temporary, Path target, ByteBuffer bytes, ObjectVersion expected) throws IOException {
        Optional<StoredObject> predecessor = findIn(target, expected);
        if (predecessor.isEmpty()) {
            return Optional.empty();
        }
        FileState state = makeYounger(temporary, predecessor.get().lastModified());
        files.rename(temporary, target);
        return Optional.of(state.version(bytes));
    }

    private FileState makeYounger(Path file, Instant predecessor) throws IOException {
        FileState state = stateOf(file);
        if (state.lastModified().isAfter(predecessor)) {
            return state;
        }
        files.setLastModified(file, predecessor.truncatedTo(ChronoUnit.MICROS).plus(1, ChronoUnit.MICROS));
        return stateOf(file);
    }

    private Optional<ObjectVersion> copy(Path source, Path target, ObjectVersion expected) throws IOException {
        directories.prepare(folderOf(target));
        return lock.holding(() -> copyUnderLock(source, target, expected));
    }

    private Optional<ObjectVersion> copyUnderLock(Path source, Path target, ObjectVersion expected) throws IOException {
        Optional<StoredObject> original = findIn(source, expected);
        if (original.isEmpty()) {
            return Optional.empty();
        }
        boolean isThere = Files.exists(target);
        Path temporary = linkOrCopy(source, target, original.get());
        boolean renamed = false;
        try {
            ObjectVersion version = stateOf(temporary).version(original.get().bytes());
            files.rename(temporary, target);
            renamed = true;
            return Optional.of(version);
        } finally {
            // A rename onto another name of the same file does nothing and leaves the source.
            if (isThere || !renamed) {
                discard(temporary);
            }
        }
    }

    private Path linkOrCopy(Path source, Path target, StoredObject original) throws IOException {
        try {
            Path linked = files.linkTemporary(source, target);
            if (mayBeIn(linked, original.version())) {
                return linked;
            }
            LOG.debug("{} was replaced by a writer without the lock, copying what was read", source);
            discard(linked);
        } catch (UnsupportedOperationException | FileSystemException e) {
            LOG.debug("Cannot link {}, copying it", source, e);
        }
        return writeTemporary(target, original.bytes());
    }

    private Set<Path> deleteBatch(List<Path> targets) throws IOException {
        Set<Path> folders = new TreeSet<>();
        for (Path target : targets) {
            if (FileState.of(target).isPresent()) {
                files.delete(target);
                folders.add(folderOf(target));
            }
        }
        return folders;
    }

    private Path writeTemporary(Path target, ByteBuffer bytes) throws IOException {
        Path folder = folderOf(target);
        directories.prepare(folder);
        try {
            return files.writeTemporary(target, bytes, durability);
        } catch (NoSuchFileException e) {
            directories.forget(folder);
            directories.prepare(folder);
            return files.writeTemporary(target, bytes, durability);
        }
    }

    private void renameOrDelete(Path temporary, Path target) throws IOException {
        try {
            files.rename(temporary, target);
        } catch (IOException | RuntimeException e) {
            files.deleteAfter(e, temporary);
            throw e;
        }
    }

    /** Removes a temporary file if it is still there. What came of the write does not depend on it. */
    private void discard(Path temporary) {
        try {
            files.delete(temporary);
        } catch (IOException e) {
            LOG.warn("Cannot remove the temporary file {}; it is harmless and can be removed by hand", temporary, e);
        }
    }

    /** The object has its new content; what remains to be learnt is whether that is durable. */
    private PutOutcome outcome(String key, Path target, Optional<ObjectVersion> written) {
        if (written.isEmpty()) {
            return new PutOutcome.Refused();
        }
        try {
            directories.force(folderOf(target));
            return new PutOutcome.Written(written.get());
        } catch (IOException e) {
            return new PutOutcome.Unknown(errors.translate("make '" + key + "' durable", e));
        }
    }

    private static FileState stateOf(Path file) throws IOException {
        return FileState.of(file).orElseThrow(() -> missing(file));
    }

    private static NoSuchFileException missing(Path file) {
        return new NoSuchFileException(file.toString(), null, "it was deleted meanwhile");
    }
}
