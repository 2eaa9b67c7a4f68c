package io.icestream.engine.model;

import io.icestream.engine.format.ChunkReference;
import io.icestream.engine.format.ContainerStore;
import io.icestream.engine.format.VirtualChunkContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file outside every repository, in which virtual chunks lie; made once, and gone with the process. */
final class OutsideFile {
    private static final String CONTENT = "abcdefghijklmnopqrstuvwxyz";
    private static final Path FILE = create();

    private OutsideFile() {}

    private static Path create() {
        try {
            Path folder = Files.createTempDirectory("outside").toRealPath();
            Path file = Files.write(folder.resolve("letters"), CONTENT.getBytes(StandardCharsets.UTF_8));
            // Deleted in the reverse order of these calls.
            folder.toFile().deleteOnExit();
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String prefix() {
        return "file://" + FILE.getParent() + "/";
    }

    static String location() {
        return "file://" + FILE;
    }

    static VirtualChunkContainer container() {
        return VirtualChunkContainer.named("outside", prefix(), new ContainerStore.LocalFiles("/"));
    }

    /** Some of the letters. */
    static ChunkReference.Virtual letters(int offset, int length) {
        return ChunkReference.Virtual.of(location(), offset, length);
    }
}
