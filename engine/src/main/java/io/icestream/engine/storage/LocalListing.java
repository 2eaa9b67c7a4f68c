package io.icestream.engine.storage;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Walks the folders of a {@link LocalStorage} as far as somebody asks for objects; holds one open folder per level. For
 * one thread.
 */
final class LocalListing implements Iterator<ObjectSummary>, AutoCloseable {
    private final LocalErrors errors;
    private final String prefix;
    private final Deque<Level> levels = new ArrayDeque<>();
    private @Nullable ObjectSummary upcoming;

    private LocalListing(LocalErrors errors, String prefix) {
        this.errors = errors;
        this.prefix = prefix;
    }

    static Stream<ObjectSummary> stream(Path root, String prefix, LocalErrors errors) {
        LocalListing listing = new LocalListing(errors, prefix);
        String folder = prefix.substring(0, prefix.lastIndexOf('/') + 1);
        listing.descend(root.resolve(PathEncoding.encode(folder)), folder);
        return StreamSupport.stream(
                        Spliterators.spliteratorUnknownSize(listing, Spliterator.DISTINCT | Spliterator.NONNULL), false)
                .onClose(listing::close);
    }

    @Override
    public boolean hasNext() {
        while (upcoming == null && !levels.isEmpty()) {
            advance();
        }
        return upcoming != null;
    }

    @Override
    public ObjectSummary next() {
        if (!hasNext() || upcoming == null) {
            throw new NoSuchElementException();
        }
        ObjectSummary result = upcoming;
        upcoming = null;
        return result;
    }

    @Override
    public void close() {
        while (!levels.isEmpty()) {
            leave();
        }
    }

    private void advance() {
        Level level = levels.element();
        try {
            if (level.entries.hasNext()) {
                visit(level, level.entries.next());
            } else {
                leave();
            }
        } catch (DirectoryIteratorException e) {
            throw errors.translate("list '" + level.folder + "'", requireNonNull(e.getCause()));
        }
    }

    private void visit(Level level, Path path) {
        String key = level.folder + PathEncoding.decode(String.valueOf(path.getFileName()));
        if (!key.startsWith(prefix)) {
            return;
        }
        try {
            BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
            if (attributes.isDirectory()) {
                descend(path, key + "/");
            } else if (attributes.isRegularFile() && ObjectKeys.isValid(key)) {
                FileState state = FileState.of(attributes);
                upcoming = new ObjectSummary(key, state.sizeBytes(), state.lastModified());
            }
        } catch (NoSuchFileException e) {
            // Deleted, or given its final name, since the folder was read.
            return;
        } catch (IOException e) {
            throw errors.translate("list '" + key + "'", e);
        }
    }

    @SuppressWarnings(
            "StreamResourceLeak") // The level that takes the stream is closed when it is left, or with the listing.
    private void descend(Path path, String folder) {
        try {
            Path real = path.toRealPath();
            if (levels.stream().noneMatch(level -> level.real.equals(real))) {
                levels.push(new Level(folder, real, Files.newDirectoryStream(path)));
            }
        } catch (NoSuchFileException | NotDirectoryException e) {
            // Nothing there, so nothing to list.
            return;
        } catch (IOException e) {
            throw errors.translate("list '" + folder + "'", e);
        }
    }

    private void leave() {
        Level level = levels.pop();
        try {
            level.stream.close();
        } catch (IOException e) {
            throw errors.translate("list '" + level.folder + "'", e);
        }
    }

    /** An open folder; its real path shows links that lead back to it. */
    private static final class Level {
        final String folder;
        final Path real;
        final DirectoryStream<Path> stream;
        final Iterator<Path> entries;

        Level(String folder, Path real, DirectoryStream<Path> stream) {
            this.folder = folder;
            this.real = real;
            this.stream = stream;
            this.entries = stream.iterator();
        }
    }
}
