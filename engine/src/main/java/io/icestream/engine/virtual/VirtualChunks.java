package io.icestream.engine.virtual;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.RepositoryConfig;
import io.icestream.engine.format.VirtualChecksum;
import io.icestream.engine.format.VirtualChunkContainer;
import io.icestream.engine.storage.ByteRange;
import io.icestream.engine.storage.ReadCondition;
import io.icestream.engine.virtual.VirtualAccessException.Reason;
import java.nio.ByteBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the virtual chunks of one repository, as far as its opener allows. Thread-safe.
 *
 * <p>Stores are opened at the first chunk that needs them, one per container and authorised prefix, and closed with this.
 * Nothing that was read is kept.
 */
public final class VirtualChunks implements AutoCloseable {
    private static final String WAY_TO_CONTAINER =
            "; add one to the configuration of the repository (RepositoryConfig.withVirtualChunkContainer)";

    private final List<VirtualChunkContainer> containers;
    private final List<String> decodedPrefixes;
    private final List<String> ignored;
    private final Map<String, VirtualAccess> access;
    private final ConcurrentMap<StoreKey, VirtualStore> stores = new ConcurrentHashMap<>();

    private record StoreKey(VirtualChunkContainer container, String authorisedPrefix) {}

    /**
     * @param config has the containers
     * @param access by URL prefix, from where anything may be fetched; a slash is added to a prefix that does not end in one.
     *     The longest prefix of a location decides
     */
    public VirtualChunks(RepositoryConfig config, Map<String, VirtualAccess> access) {
        this.containers = config.virtualChunkContainers().stream()
                .sorted(Comparator.comparingInt((VirtualChunkContainer container) ->
                                Urls.verbatim(container.urlPrefix()).length())
                        .reversed())
                .toList();
        this.decodedPrefixes = containers.stream()
                .map(container -> Urls.verbatim(container.urlPrefix()))
                .toList();
        this.ignored = config.ignoredVirtualChunkContainers();
        Map<String, VirtualAccess> longestFirst = new TreeMap<>(
                Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));
        access.forEach((prefix, given) -> longestFirst.put(prefix.endsWith("/") ? prefix : prefix + "/", given));
        this.access = longestFirst;
    }

    /**
     * Reads a chunk. Cost: one request, more if the chunk is large.
     *
     * @param reference where it is
     * @return its bytes, read-only
     * @throws VirtualAccessException if nothing may be fetched from there
     * @throws StaleVirtualChunkException if the object has changed since the reference was written
     * @throws io.icestream.engine.storage.ObjectNotFoundException if there is no such object
     * @throws io.icestream.engine.storage.StorageException if the object is too short, or the store does not work
     */
    public ByteBuffer fetch(ChunkReference.Virtual reference) {
        return fetch(reference, 0, reference.length());
    }

    /**
     * Reads a part of a chunk. Cost and errors as for the whole.
     *
     * @param reference where the chunk is
     * @param offset first byte wanted, counted from the start of the chunk
     * @param length number of bytes, at least one
     * @return those bytes, read-only
     */
    public ByteBuffer fetch(ChunkReference.Virtual reference, long offset, long length) {
        if (offset < 0 || length < 0 || offset > reference.length() - length) {
            throw new IllegalArgumentException("Invalid part of a virtual chunk of " + reference.length()
                    + " bytes: offset " + offset + ", length " + length);
        }
        if (length == 0 || length > Integer.MAX_VALUE - 8) {
            throw new VirtualChunkException(
                    reference.location(),
                    "Cannot read " + length + " bytes of the virtual chunk at '" + reference.location()
                            + "': at least one byte and less than 2 GiB can be read; write the reference anew");
        }
        VirtualLocation location = locate(reference.location());
        ByteRange range = new ByteRange(reference.offset() + offset, length);
        ReadCondition condition =
                reference.checksum().map(VirtualChunks::condition).orElse(ReadCondition.none());
        return store(location)
                .fetch(location, range, condition)
                .orElseThrow(() -> stale(location, reference.checksum().orElseThrow()));
    }

    private static ReadCondition condition(VirtualChecksum checksum) {
        return checksum instanceof VirtualChecksum.EntityTag tag
                ? new ReadCondition.EntityTag(tag.value())
                : new ReadCondition.UnmodifiedSince(((VirtualChecksum.LastModified) checksum).time());
    }

    private static StaleVirtualChunkException stale(VirtualLocation location, VirtualChecksum checksum) {
        String lost = checksum instanceof VirtualChecksum.EntityTag tag
                ? "the object no longer has the ETag " + tag.value()
                : "the object was modified after " + ((VirtualChecksum.LastModified) checksum).time();
        return new StaleVirtualChunkException(
                location.stored(),
                checksum,
                "Cannot read the virtual chunk at " + location + ": " + lost
                        + "; write the reference anew if the new bytes are right, or restore the object");
    }

    /**
     * Gives the absolute URL of a location.
     *
     * @param location as a reference has it
     * @return the URL below the container's prefix if it is relative, and the container is known; else the location as it is
     */
    public String absolute(String location) {
        return expand(location).orElse(location);
    }

    /**
     * Checks that a location can be written: that a container covers it, and that the kind of store can have such objects.
     * Whether anybody may fetch from there is not asked. Cost: nothing.
     *
     * @param location as a reference is to have it
     * @throws VirtualAccessException if not
     */
    public void validate(String location) {
        locate(location);
    }

    private VirtualLocation locate(String stored) {
        try {
            String url = expand(stored).orElseThrow(() -> noContainerOfThatName(stored));
            return locate(stored, url);
        } catch (IllegalArgumentException e) {
            throw refused(Reason.INVALID_LOCATION, stored, null, String.valueOf(e.getMessage()));
        }
    }

    private VirtualLocation locate(String stored, String url) {
        if (Urls.scheme(url).isEmpty()) {
            throw refused(Reason.INVALID_LOCATION, stored, null, "it is no absolute URL; write the reference anew");
        }
        VirtualChunkContainer container = findContainer(Urls.resolved(url))
                .orElseThrow(() -> refused(
                        Reason.NO_CONTAINER,
                        stored,
                        null,
                        "no virtual chunk container covers it" + WAY_TO_CONTAINER
                                + (ignored.isEmpty() ? "" : "; not used are " + String.join(", ", ignored))));
        VirtualLocation location = new VirtualLocation(stored, url, container);
        if (!Urls.isBelow(url, container.urlPrefix())) {
            throw refused(Reason.OUTSIDE, stored, container, "its '..' lead out of what the container covers");
        }
        if (!(container.store() instanceof ContainerStore.S3) && Urls.hasOpaqueSegments(addressed(url))) {
            throw refused(
                    Reason.INVALID_LOCATION,
                    stored,
                    container,
                    "a store of kind '" + container.store().kind()
                            + "' has no objects with empty, '.' or '..' segments");
        }
        if (container.store() instanceof ContainerStore.Http && addressed(url).indexOf('\\') >= 0) {
            throw refused(Reason.INVALID_LOCATION, stored, container, "some servers take a backslash for a slash");
        }
        return location;
    }

    /** The one with the longest prefix. */
    private Optional<VirtualChunkContainer> findContainer(String resolved) {
        for (int i = 0; i < containers.size(); i++) {
            if (resolved.startsWith(decodedPrefixes.get(i))) {
                return Optional.of(containers.get(i));
            }
        }
        return Optional.empty();
    }

    /** Of files, dots are resolved before; of all else, they are a part of the key. */
    private static String addressed(String url) {
        return Urls.scheme(url).equals(Optional.of("file"))
                ? Urls.resolved(url).substring("file://".length())
                : PercentCoding.decode(Urls.path(url));
    }

    private Optional<String> expand(String location) {
        if (!location.startsWith(Urls.RELATIVE)) {
            return Optional.of(location);
        }
        String rest = location.substring(Urls.RELATIVE.length());
        int slash = rest.indexOf('/');
        String name = slash < 0 ? rest : rest.substring(0, slash);
        return containers.stream()
                .filter(container -> container.name().equals(Optional.of(name)))
                .findFirst()
                .map(container -> container.urlPrefix() + (slash < 0 ? "" : rest.substring(slash + 1)));
    }

    private VirtualAccessException noContainerOfThatName(String stored) {
        List<String> names = containers.stream()
                .flatMap(container -> container.name().stream())
                .toList();
        return refused(
                Reason.NO_CONTAINER,
                stored,
                null,
                "there is no virtual chunk container of that name, only " + names + WAY_TO_CONTAINER);
    }

    private VirtualStore store(VirtualLocation location) {
        String prefix = access.keySet().stream()
                .filter(candidate -> Urls.isBelow(location.url(), candidate))
                .findFirst()
                .orElseThrow(() -> refused(
                        Reason.NOT_AUTHORISED,
                        location.stored(),
                        location.container(),
                        "whoever opens the repository has to allow that; open it with"
                                + " RepositoryOptions.withVirtualAccess for '"
                                + location.container().urlPrefix() + "', if you trust the repository with it"));
        return stores.computeIfAbsent(new StoreKey(location.container(), prefix), key -> open(location, prefix));
    }

    private VirtualStore open(VirtualLocation location, String prefix) {
        VirtualAccess given = Optional.ofNullable(access.get(prefix)).orElseThrow();
        List<String> sameKind = access.entrySet().stream()
                .filter(entry -> entry.getValue().getClass().equals(given.getClass()))
                .map(Map.Entry::getKey)
                .toList();
        try {
            return given.open(location.container(), new AuthorisedPrefixes(sameKind));
        } catch (IllegalArgumentException e) {
            throw refused(
                    Reason.WRONG_ACCESS,
                    location.stored(),
                    location.container(),
                    "the access given for '" + prefix + "' does not fit: " + e.getMessage());
        }
    }

    private static VirtualAccessException refused(
            Reason reason, String stored, @Nullable VirtualChunkContainer container, String why) {
        return new VirtualAccessException(
                reason,
                stored,
                container,
                "Cannot read the virtual chunk at '" + stored + "'"
                        + (container == null ? "" : " (container " + container + ")") + ": " + why);
    }

    @Override
    public void close() {
        stores.values().forEach(VirtualStore::close);
        stores.clear();
    }
}
