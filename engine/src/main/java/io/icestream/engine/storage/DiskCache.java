package io.icestream.engine.storage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files of a local folder that hold copies of objects, or of parts of them. Thread-safe, and safe for several processes
 * with one folder, whatever repositories they read.
 *
 * <p>An entry is written to a temporary file and renamed, so it is there whole or not at all, and nothing waits for the
 * disk: what a power failure leaves is told by the checksum, and removed. Entries of one object share a folder, named by
 * a hash of where the object is; each file repeats in full what it stands for.
 *
 * <p><b>Bound.</b> Each process counts what it writes and looks through the folder when it starts, and whenever it has
 * written a sixteenth of the bound; then those used least lately go. So the folder exceeds the bound by a sixteenth per
 * process at most.
 *
 * <p><b>Failures.</b> After the first failure of the file system, such as a full disk, this process does without the cache,
 * and says so once.
 *
 * <p><b>Objects that are written again</b> through the same instance: a value that was read before the write must not be
 * stored after it. So whoever reads an object takes its generation first, and stores the value only if nobody has called
 * {@link #forget} since; both hold the lock of the object's stripe for their work on local files.
 */
final class DiskCache {
    private static final Logger LOG = LoggerFactory.getLogger(DiskCache.class);
    private static final String TEMPORARY = ".tmp";
    private static final Duration TEMPORARY_AGE = Duration.ofHours(1);
    private static final Duration USE_PRECISION = Duration.ofMinutes(1);
    private static final int SHARE_PER_SCAN = 16;
    private static final int LARGEST_SHARE = 8;
    private static final int HASH_BYTES = 20;
    private static final int STRIPES = 64;

    private final Path folder;
    private final long maximumBytes;
    private final InstantSource clock;
    private final AtomicLong sizeBytes = new AtomicLong();
    private final AtomicLong writtenSinceScan = new AtomicLong();
    private final AtomicLong lastTemporary = new AtomicLong();
    private final AtomicBoolean scanning = new AtomicBoolean();
    private final AtomicBoolean failed = new AtomicBoolean();
    private final Stripe[] stripes = Stream.generate(Stripe::new).limit(STRIPES).toArray(Stripe[]::new);

    /** How often objects of some hashes were forgotten. */
    private static final class Stripe {
        private long generation;
    }

    DiskCache(Path folder, long maximumBytes, InstantSource clock) {
        if (maximumBytes < 1) {
            throw new IllegalArgumentException(
                    "Invalid cache size of " + maximumBytes + " bytes: it must be at least 1");
        }
        this.folder = folder;
        this.maximumBytes = maximumBytes;
        this.clock = clock;
        scan();
    }

    /** What is cached of an object: the whole of it, or a range. */
    record Name(String object, String part) {}

    /** Gives what was stored under a name, if all of it is still there. */
    Optional<CachedObject> find(Name name) {
        if (failed.get()) {
            return Optional.empty();
        }
        Path file = file(name);
        try {
            ByteBuffer bytes = read(file);
            Optional<CachedObject> found = CachedObject.decode(bytes, label(name));
            if (found.isEmpty()) {
                LOG.info("Removing damaged cache file {}; the object is read again", file);
                remove(file);
            } else {
                noteUse(file);
            }
            return found;
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            fail("read", e);
            return Optional.empty();
        }
    }

    private static ByteBuffer read(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.min(Integer.MAX_VALUE - 8, channel.size())));
            while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
                // The checksum finds out if the file is shorter than it was.
            }
            return bytes.flip();
        }
    }

    private void noteUse(Path file) throws IOException {
        Instant now = clock.instant();
        if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(USE_PRECISION))) {
            Files.setLastModifiedTime(file, FileTime.from(now));
        }
    }

    /** To be taken before an object is read that is to be stored. */
    long generation(String object) {
        Stripe stripe = stripeOf(object);
        synchronized (stripe) {
            return stripe.generation;
        }
    }

    private Stripe stripeOf(String object) {
        return stripes[Math.floorMod(object.hashCode(), STRIPES)];
    }

    /**
     * Stores something, unless it is so large that little else would be left, or may be out of date.
     *
     * @param generation that of the object before it was read
     */
    void store(Name name, CachedObject object, long generation) {
        ByteBuffer bytes = object.encode(label(name));
        if (failed.get() || bytes.remaining() > maximumBytes / LARGEST_SHARE) {
            return;
        }
        int size = bytes.remaining();
        Path file = file(name);
        try {
            write(file, bytes, name.object(), generation);
        } catch (IOException e) {
            fail("write", e);
            return;
        }
        sizeBytes.addAndGet(size);
        if (writtenSinceScan.addAndGet(size) > maximumBytes / SHARE_PER_SCAN || sizeBytes.get() > maximumBytes) {
            scan();
        }
    }

    private void write(Path file, ByteBuffer bytes, String object, long generation) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + "."
                + ProcessHandle.current().pid() + "-" + lastTemporary.incrementAndGet() + TEMPORARY);
        Files.createDirectories(file.resolveSibling(""));
        try {
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            if (!renameIn(temporary, file, object, generation)) {
                Files.deleteIfExists(temporary);
            }
        } catch (IOException e) {
            try {
                Files.deleteIfExists(temporary);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
    }

    private boolean renameIn(Path temporary, Path file, String object, long generation) throws IOException {
        Stripe stripe = stripeOf(object);
        synchronized (stripe) {
            if (stripe.generation != generation) {
                return false;
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return true;
        }
    }

    /** Forgets all that is cached of an object. */
    void forget(String object) {
        Stripe stripe = stripeOf(object);
        synchronized (stripe) {
            stripe.generation++;
            removeAll(folderOf(object));
        }
    }

    private void removeAll(Path entries) {
        try (Stream<Path> files = Files.list(entries)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                if (!file.toString().endsWith(TEMPORARY)) {
                    remove(file);
                }
            }
        } catch (NoSuchFileException e) {
            LOG.trace("Nothing is cached in {}", entries, e);
        } catch (IOException | UncheckedIOException e) {
            fail("remove from", e);
        }
    }

    private void remove(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    private void fail(String what, Exception cause) {
        if (failed.compareAndSet(false, true)) {
            LOG.warn("Cannot {} the cache in {}; this process goes on without it", what, folder, cause);
        }
    }

    private record Found(Path file, long sizeBytes, Instant used) {}

    /** Learns how much there is, and removes what is too much. One thread does; others go on meanwhile. */
    private void scan() {
        if (!scanning.compareAndSet(false, true)) {
            return;
        }
        try {
            writtenSinceScan.set(0);
            List<Found> entries = list();
            long total = entries.stream().mapToLong(Found::sizeBytes).sum();
            sizeBytes.set(total > maximumBytes ? evict(entries, total) : total);
        } catch (IOException | UncheckedIOException e) {
            fail("look through", e);
        } finally {
            scanning.set(false);
        }
    }

    private List<Found> list() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<Found> entries = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                look(file).ifPresent(entries::add);
            }
        } catch (UncheckedIOException e) {
            // Another process removes files while this one looks; what was seen so far is enough until the next time.
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
        return entries;
    }

    private Optional<Found> look(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Instant used = attributes.lastModifiedTime().toInstant();
            if (!attributes.isRegularFile()) {
                return Optional.empty();
            }
            if (file.toString().endsWith(TEMPORARY)) {
                if (used.isBefore(clock.instant().minus(TEMPORARY_AGE))) {
                    remove(file);
                }
                return Optional.empty();
            }
            return Optional.of(new Found(file, attributes.size(), used));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /** Makes room for a sixteenth of the bound; gives what is left. */
    private long evict(List<Found> entries, long total) throws IOException {
        entries.sort(Comparator.comparing(Found::used));
        long left = total;
        for (Found entry : entries) {
            if (left <= maximumBytes - maximumBytes / SHARE_PER_SCAN) {
                break;
            }
            remove(entry.file());
            left -= entry.sizeBytes();
        }
        return left;
    }

    private static String label(Name name) {
        return name.object() + "\n" + name.part();
    }

    private Path file(Name name) {
        return folderOf(name.object()).resolve(name.part());
    }

    private Path folderOf(String object) {
        String hash = HexFormat.of().formatHex(sha256(object), 0, HASH_BYTES);
        return folder.resolve(hash.substring(0, 2)).resolve(hash.substring(2));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
