package io.icestream.engine.storage;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folders of a {@link LocalStorage}: creates them when they are first written to and makes their entries durable.
 * Thread-safe.
 *
 * <p>A folder that is found to exist may have been created by a process that was killed, or is not done yet, before it
 * made the entry durable. So the path from the
 * root down is made durable once per folder and storage, whoever created it.
 */
final class Directories {
    private static final Logger LOG = LoggerFactory.getLogger(Directories.class);

    private final Path root;
    private final Durability durability;
    private final LocalFiles files;
    private final Set<Path> ready = ConcurrentHashMap.newKeySet();
    private final Map<Path, DirectoryForcer> forcers = new ConcurrentHashMap<>();

    Directories(Path root, Durability durability, LocalFiles files) {
        this.root = root;
        this.durability = durability;
        this.files = files;
    }

    /** Sees to it that a folder at or below the root exists, durably. */
    void prepare(Path directory) throws IOException {
        if (ready.contains(directory)) {
            return;
        }
        for (Path step : pathTo(directory)) {
            boolean created = create(step);
            forceEntryOf(step, created);
        }
        ready.add(directory);
    }

    /** Forgets that a folder was there, after it turned out to be gone. */
    void forget(Path directory) {
        ready.remove(directory);
    }

    /** Makes the entries of a folder durable, as far as this storage promises durability. */
    void force(Path directory) throws IOException {
        if (durability == Durability.DISK) {
            forcers.computeIfAbsent(directory, path -> new DirectoryForcer(path, files))
                    .force();
        }
    }

    private void forceEntryOf(Path directory, boolean created) throws IOException {
        try {
            force(parentOf(directory));
        } catch (AccessDeniedException e) {
            if (created || !directory.equals(root)) {
                throw e;
            }
            LOG.debug("The folder above {} may not be read, so it is taken to be durable", root, e);
        }
    }

    /** The folders to look after, outermost first: from the root, or from above it as far as folders are missing. */
    private Deque<Path> pathTo(Path directory) {
        Deque<Path> steps = new ArrayDeque<>();
        for (Path step = directory; step.startsWith(root) || !Files.exists(step); step = parentOf(step)) {
            steps.push(step);
        }
        return steps;
    }

    private boolean create(Path directory) throws IOException {
        try {
            if (!Files.isDirectory(directory)) {
                files.createDirectory(directory);
                return true;
            }
            return false;
        } catch (FileAlreadyExistsException e) {
            if (Files.isDirectory(directory)) {
                return false;
            }
            throw e;
        }
    }

    private static Path parentOf(Path directory) {
        Path parent = directory.getParent();
        return parent == null ? directory.getRoot() : parent;
    }
}
