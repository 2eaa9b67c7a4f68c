package io.icestream.engine.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Copies of folders, so that a test can write where it must not. */
public final class Directories {
    private Directories() {}

    /**
     * Copies a folder with everything in it; the copy can be written.
     *
     * @param source the folder
     * @param target where the copy goes; its parent exists
     * @return {@code target}
     */
    public static Path copy(Path source, Path target) {
        try (Stream<Path> files = Files.walk(source)) {
            files.forEach(
                    file -> copyOne(file, target.resolve(source.relativize(file).toString())));
            return target;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copyOne(Path from, Path to) {
        try {
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else {
                Files.write(to, Files.readAllBytes(from));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
