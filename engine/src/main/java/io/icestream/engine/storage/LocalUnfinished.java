package io.icestream.engine.storage;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/** Temporary files in the folder of a {@link LocalStorage}, of writers at work or killed. The lock file is none. */
final class LocalUnfinished extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<ObjectSummary> found = new ArrayList<>();

    private LocalUnfinished(Path root) {
        this.root = root;
    }

    static List<ObjectSummary> list(Path root) throws IOException {
        LocalUnfinished visitor = new LocalUnfinished(root);
        if (Files.isDirectory(root)) {
            Files.walkFileTree(root, visitor);
        }
        return visitor.found;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        String name = String.valueOf(file.getFileName());
        if (attributes.isRegularFile() && ObjectKeys.isTemporary(name) && !name.equals(DirectoryLock.FILE_NAME)) {
            found.add(new ObjectSummary(
                    root.relativize(file).toString(),
                    attributes.size(),
                    attributes.lastModifiedTime().toInstant()));
        }
        return FileVisitResult.CONTINUE;
    }

    /** Files come and go while others write. */
    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }
}
