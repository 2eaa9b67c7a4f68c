package io.icestream.engine.ref;

import io.icestream.engine.asset.AssetKeys;
import io.icestream.engine.format.IcechunkFile;
import io.icestream.engine.format.RepositoryInfo;
import io.icestream.engine.storage.ConditionalRead;
import io.icestream.engine.storage.ObjectNotFoundException;
import io.icestream.engine.storage.ObjectVersion;
import io.icestream.engine.storage.PutOutcome;
import io.icestream.engine.storage.Storage;
import io.icestream.engine.storage.StoredObject;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The object {@code repo}: the only one that is ever replaced. Reading keeps the last version, so that a read costs no
 * payload while nobody writes. Thread-safe.
 */
public final class RepositoryObject {
    private final Storage storage;
    private volatile Optional<Version> known = Optional.empty();

    /**
     * @param storage holds the repository
     */
    public RepositoryObject(Storage storage) {
        this.storage = storage;
    }

    /**
     * The content of the object in one version.
     *
     * @param info the content
     * @param version the version
     */
    public record Version(RepositoryInfo info, ObjectVersion version) {}

    /**
     * Reads the object as it is now. Cost: one request, without payload if nothing changed since the last read.
     *
     * @return content and version, or empty if there is no repository
     */
    public Optional<Version> find() {
        Optional<Version> last = known;
        if (last.isEmpty()) {
            return storage.find(AssetKeys.REPOSITORY).map(this::keep);
        }
        ConditionalRead read =
                storage.findIfChanged(AssetKeys.REPOSITORY, last.get().version());
        if (read instanceof ConditionalRead.Unchanged) {
            return last;
        }
        return read instanceof ConditionalRead.Changed changed ? Optional.of(keep(changed.object())) : Optional.empty();
    }

    /**
     * Gives what was last read or written, without a request: the object may have been replaced since.
     *
     * @return content and version, or empty if nothing has been read yet
     */
    Optional<Version> lastKnown() {
        return known;
    }

    /**
     * Reads the object of a repository that is known to exist.
     *
     * @return content and version
     * @throws ObjectNotFoundException if it is gone
     */
    public Version fetch() {
        return find().orElseThrow(() -> new ObjectNotFoundException(
                AssetKeys.REPOSITORY,
                "Cannot read '" + AssetKeys.REPOSITORY + "' in " + storage.location() + ": it is gone; restore it from "
                        + AssetKeys.OVERWRITTEN));
    }

    private Version keep(StoredObject object) {
        Version version =
                new Version(IcechunkFile.decodeRepositoryInfo(object.bytes(), AssetKeys.REPOSITORY), object.version());
        known = Optional.of(version);
        return version;
    }

    /**
     * Writes the first version.
     *
     * @param bytes the file
     * @return what became of it; refused if there is a repository
     */
    public PutOutcome create(ByteBuffer bytes) {
        return storage.putIfAbsent(AssetKeys.REPOSITORY, bytes);
    }

    /**
     * Makes the file of a value.
     *
     * @param info the value
     * @param compressionLevel zstd level
     * @return the bytes to write
     */
    public static ByteBuffer encode(RepositoryInfo info, int compressionLevel) {
        return IcechunkFile.encodeRepositoryInfo(info, compressionLevel);
    }

    /**
     * Keeps a copy of a version that is about to be replaced.
     *
     * @param name name of the copy, never used before
     * @param version the version to be copied
     * @return what became of it; refused if the object is in another version
     */
    PutOutcome backUp(String name, ObjectVersion version) {
        return storage.copyIfMatches(AssetKeys.REPOSITORY, AssetKeys.overwritten(name), version);
    }

    /**
     * Replaces a version.
     *
     * @param bytes the new file
     * @param expected the version to be replaced
     * @return what became of it; refused if the object is in another version
     */
    PutOutcome replace(ByteBuffer bytes, ObjectVersion expected) {
        return storage.putIfMatches(AssetKeys.REPOSITORY, bytes, expected);
    }

    /** Takes note of what was just written, so that the next read costs no payload. */
    void wrote(RepositoryInfo info, ObjectVersion version) {
        known = Optional.of(new Version(info, version));
    }

    /**
     * Reads a copy of a former version.
     *
     * @param name name of the copy
     * @return its content, or empty if it is gone
     */
    Optional<RepositoryInfo> findBackup(String name) {
        String key = AssetKeys.overwritten(name);
        return storage.find(key).map(object -> IcechunkFile.decodeRepositoryInfo(object.bytes(), key));
    }

    /**
     * @return where the repository is, for messages
     */
    public String location() {
        return storage.location();
    }
}
